/* A sample at the lower rate, whose period is RATE_FROM samples of the clip: a symmetric filter
 * around that place. Silence lies beyond the ends of the clip. */
static float decimated_at(const clip *from, int32_t index)
{
    if (index < 0 || index >= (int32_t)DECIMATED) {
        return 0.0F;
    }
    const int32_t centre = index * (int32_t)RATE_FROM;
    const int32_t last = (int32_t)CLIP - 1;
    float sum = centre <= last ? decimation_taps[0] * clip_at(from, (uint32_t)centre) : 0.0F;
    for (int32_t tap = 1; tap < (int32_t)DECIMATION_TAPS; tap++) {
        float pair = 0.0F;
        if (centre >= tap && centre - tap <= last) {
            pair += clip_at(from, (uint32_t)(centre - tap));
        }
        if (centre + tap <= last) {
            pair += clip_at(from, (uint32_t)(centre + tap));
        }
        sum += decimation_taps[tap] * pair;
    }
    return sum;
}
