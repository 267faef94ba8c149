/* A sample at the lower rate, of which RATE_TO take as long as RATE_FROM samples of the clip: one
 * phase of a symmetric filter that is sampled RATE_TO times as finely as the clip. Silence lies
 * beyond the ends of the clip. Products have 31 bits, and their sum has 64. */
static int32_t decimated_at(const clip *from, int32_t index)
{
    if (index < 0 || index >= (int32_t)DECIMATED) {
        return 0;
    }
    const int32_t steps = (int32_t)RATE_TO;
    const int32_t centre = index * (int32_t)RATE_FROM;
    const int32_t reach = (int32_t)DECIMATION_TAPS - 1;
    const int32_t first = centre > reach ? (centre - reach + steps - 1) / steps : 0;
    const int32_t end = (centre + reach) / steps + 1;
    const int32_t last = end < (int32_t)CLIP ? end : (int32_t)CLIP;
    int64_t sum = (int64_t)1 << (DECIMATION_SHIFT - 1U);
    int32_t distance = centre - first * steps;
    for (int32_t n = first; n < last; n++) {
        sum += decimation_taps[distance < 0 ? -distance : distance] * clip_at(from, (uint32_t)n);
        distance -= steps;
    }
    return (int32_t)(sum >> DECIMATION_SHIFT);
}
