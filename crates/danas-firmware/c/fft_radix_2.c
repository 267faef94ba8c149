/* The first stage of a transform with a factor 2: pairs of neighbours. */
static void fft_stage_2(float *values)
{
    for (uint32_t base = 0U; base < FFT_POINTS; base += 2U) {
        float *a = &values[2U * base];
        float *b = a + 2;
        const float re = b[0];
        const float im = b[1];
        b[0] = a[0] - re;
        b[1] = a[1] - im;
        a[0] += re;
        a[1] += im;
    }
}
