/* Stores a frame, weighted by the window, as complex numbers of two neighbours each. */
static void frame_load(const frame_source *from, int32_t first, float *values)
{
    fft_order order = {0};
    for (uint32_t point = 0U; point < FFT_POINTS; point++) {
        float *to = &values[2U * order.place];
        const int32_t index = (int32_t)(2U * point);
        to[0] = frame_weight(2U * point) * frame_source_at(from, first + index);
        to[1] = frame_weight(2U * point + 1U) * frame_source_at(from, first + index + 1);
        fft_next(&order);
    }
}
