/* A sample at the lower rate, of which RATE_TO take as long as RATE_FROM samples of the clip: one
 * phase of a symmetric filter that is sampled RATE_TO times as finely as the clip. Silence lies
 * beyond the ends of the clip. */
static float decimated_at(const clip *from, int32_t index)
{
    if (index < 0 || index >= (int32_t)DECIMATED) {
        return 0.0F;
    }
    const int32_t steps = (int32_t)RATE_TO;
    const int32_t centre = index * (int32_t)RATE_FROM;
    const int32_t reach = (int32_t)DECIMATION_TAPS - 1;
    const int32_t first = centre > reach ? (centre - reach + steps - 1) / steps : 0;
    const int32_t end = (centre + reach) / steps + 1;
    const int32_t last = end < (int32_t)CLIP ? end : (int32_t)CLIP;
    float sum = 0.0F;
    for (int32_t n = first; n < last; n++) {
        const int32_t distance = centre - n * steps;
        sum += decimation_taps[distance < 0 ? -distance : distance] * clip_at(from, (uint32_t)n);
    }
    return sum;
}
