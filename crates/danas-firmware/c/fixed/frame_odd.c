/* Stores a frame, weighted by the window, as complex numbers. Returns the joined bits of all
 * magnitudes. */
static uint32_t frame_load(const frame_source *from, int32_t first, int32_t *values)
{
    fft_order order = {0};
    uint32_t mask = 0U;
    for (uint32_t point = 0U; point < FFT_POINTS; point++) {
        int32_t *to = &values[2U * order.place];
        to[0] = WEIGHTED(frame_source_at(from, first + (int32_t)point), frame_weight(point));
        to[1] = 0;
        mask |= magnitude_of(to[0]);
        fft_next(&order);
    }
    return mask;
}
