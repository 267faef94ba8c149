/* A stage of radix 4, which joins transforms of `length` points. */
static void fft_stage_4(float *values, uint32_t length)
{
    const uint32_t span = 4U * length;
    const uint32_t step = FFT_TURN / span;
    for (uint32_t point = 0U; point < length; point++) {
        float turns[6];
        for (uint32_t part = 0U; part < 3U; part++) {
            fft_turn((part + 1U) * point * step, &turns[2U * part], &turns[2U * part + 1U]);
        }
        for (uint32_t base = point; base < FFT_POINTS; base += span) {
            float *a = &values[2U * base];
            float *b = a + 2U * length;
            float *c = b + 2U * length;
            float *d = c + 2U * length;
            const float b_re = b[0] * turns[0] - b[1] * turns[1];
            const float b_im = b[0] * turns[1] + b[1] * turns[0];
            const float c_re = c[0] * turns[2] - c[1] * turns[3];
            const float c_im = c[0] * turns[3] + c[1] * turns[2];
            const float d_re = d[0] * turns[4] - d[1] * turns[5];
            const float d_im = d[0] * turns[5] + d[1] * turns[4];
            const float even_re = a[0] + c_re;
            const float even_im = a[1] + c_im;
            const float odd_re = a[0] - c_re;
            const float odd_im = a[1] - c_im;
            const float sum_re = b_re + d_re;
            const float sum_im = b_im + d_im;
            const float difference_re = b_re - d_re;
            const float difference_im = b_im - d_im;
            a[0] = even_re + sum_re;
            a[1] = even_im + sum_im;
            b[0] = odd_re + difference_im;
            b[1] = odd_im - difference_re;
            c[0] = even_re - sum_re;
            c[1] = even_im - sum_im;
            d[0] = odd_re - difference_im;
            d[1] = odd_im + difference_re;
        }
    }
}
