/* Separates the spectrum of a frame that was transformed as complex numbers of two neighbours each.
 * Bins are doubled; the last one, which is real, stands behind the first one. Returns the joined bits
 * of all magnitudes. */
static uint32_t fft_spectrum(int32_t *values)
{
    const int32_t first = values[0];
    values[0] = 2 * (first + values[1]);
    values[1] = 2 * (first - values[1]);
    uint32_t mask = magnitude_of(values[0]) | magnitude_of(values[1]);
    for (uint32_t bin = 1U; bin <= FFT_POINTS / 2U; bin++) {
        int32_t *a = &values[2U * bin];
        int32_t *b = &values[2U * (FFT_POINTS - bin)];
        const int32_t even_re = a[0] + b[0];
        const int32_t even_im = a[1] - b[1];
        int32_t odd[2] = {a[1] + b[1], b[0] - a[0]};
        int32_t angle[2];
        fft_angle(bin, angle);
        fft_product(odd, angle[0], angle[1]);
        a[0] = even_re + odd[0];
        a[1] = even_im + odd[1];
        mask |= magnitude_of(a[0]) | magnitude_of(a[1]);
        b[0] = even_re - odd[0];
        b[1] = even_im - odd[1];
        mask |= magnitude_of(b[0]) | magnitude_of(b[1]);
    }
    return mask;
}

/* Stores the power of each frequency bin, of which there are FFT_POINTS + 1, in front. */
static void fft_power(uint32_t *values)
{
    const uint32_t last = fft_square((int32_t)values[1]);
    const uint32_t *from = values + 2;
    const uint32_t *end = values + FFT_POINTS;
    *values = fft_square((int32_t)values[0]);
    while (values + 1 < end) {
        values++;
        *values = fft_square((int32_t)from[0]) + fft_square((int32_t)from[1]);
        from += 2;
    }
    values[1] = last;
}
