/* Stores a frame, weighted by the window, as complex numbers of two neighbours each. Returns the
 * joined bits of all magnitudes. */
static uint32_t frame_load(const frame_source *from, int32_t first, int32_t *values)
{
    fft_order order = {0};
    uint32_t mask = 0U;
    for (uint32_t point = 0U; point < FFT_POINTS; point++) {
        int32_t *to = &values[2U * order.place];
        const int32_t index = (int32_t)(2U * point);
        to[0] = WEIGHTED(frame_source_at(from, first + index), frame_weight(2U * point));
        to[1] = WEIGHTED(frame_source_at(from, first + index + 1), frame_weight(2U * point + 1U));
        mask |= magnitude_of(to[0]) | magnitude_of(to[1]);
        fft_next(&order);
    }
    return mask;
}
