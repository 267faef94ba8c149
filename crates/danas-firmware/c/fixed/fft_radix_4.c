/* A stage of radix 4, which joins transforms of `length` points. Sums need no scaling: the magnitude
 * of each is at most the sum of those of the frame's values. */
static void fft_stage_4(int32_t *values, uint32_t length)
{
    const uint32_t span = 4U * length;
    const uint32_t step = FFT_TURN / span;
    for (uint32_t point = 0U; point < length; point++) {
        int32_t angles[6];
        for (uint32_t part = 0U; part < 3U; part++) {
            fft_angle((part + 1U) * point * step, &angles[2U * part]);
        }
        for (uint32_t base = point; base < FFT_POINTS; base += span) {
            int32_t *a = &values[2U * base];
            int32_t *b = a + 2U * length;
            int32_t *c = b + 2U * length;
            int32_t *d = c + 2U * length;
            if (point != 0U) {
                fft_product(b, angles[0], angles[1]);
                fft_product(c, angles[2], angles[3]);
                fft_product(d, angles[4], angles[5]);
            }
            for (uint32_t part = 0U; part < 2U; part++) {
                const int32_t even = a[part] + c[part];
                const int32_t odd = a[part] - c[part];
                const int32_t sum = b[part] + d[part];
                const int32_t difference = b[part] - d[part];
                a[part] = even + sum;
                c[part] = even - sum;
                b[part] = odd;
                d[part] = difference;
            }
            /* A quarter of a turn swaps the parts of the difference. */
            const int32_t re = d[0];
            const int32_t im = d[1];
            d[0] = b[0] - im;
            d[1] = b[1] + re;
            b[0] += im;
            b[1] -= re;
        }
    }
}
