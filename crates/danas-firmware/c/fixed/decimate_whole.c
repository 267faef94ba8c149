/* A sample at the lower rate, whose period is RATE_FROM samples of the clip: a symmetric filter
 * around that place. Silence lies beyond the ends of the clip. A pair of samples has 16 bits and a
 * sign, its product with a tap 31, and their sum has 64. */
static int32_t decimated_at(const clip *from, int32_t index)
{
    if (index < 0 || index >= (int32_t)DECIMATED) {
        return 0;
    }
    const int32_t centre = index * (int32_t)RATE_FROM;
    const int32_t last = (int32_t)CLIP - 1;
    int64_t sum = (int64_t)1 << (DECIMATION_SHIFT - 1U);
    if (centre <= last) {
        sum += decimation_taps[0] * clip_at(from, (uint32_t)centre);
    }
    for (int32_t tap = 1; tap < (int32_t)DECIMATION_TAPS; tap++) {
        int32_t pair = 0;
        if (centre >= tap && centre - tap <= last) {
            pair += clip_at(from, (uint32_t)(centre - tap));
        }
        if (centre + tap <= last) {
            pair += clip_at(from, (uint32_t)(centre + tap));
        }
        sum += decimation_taps[tap] * pair;
    }
    return (int32_t)(sum >> DECIMATION_SHIFT);
}
