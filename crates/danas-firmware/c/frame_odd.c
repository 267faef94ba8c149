/* Stores a frame, weighted by the window, as complex numbers. */
static void frame_load(const frame_source *from, int32_t first, float *values)
{
    fft_order order = {0};
    for (uint32_t point = 0U; point < FFT_POINTS; point++) {
        float *to = &values[2U * order.place];
        to[0] = frame_weight(point) * frame_source_at(from, first + (int32_t)point);
        to[1] = 0.0F;
        fft_next(&order);
    }
}
