/* Stores the power of each frequency bin, of which there are FFT_POINTS + 1, in front. The frame
 * was transformed as complex numbers of two neighbours each; here the two are taken apart. */
static void fft_power(float *values)
{
    const float sum = values[0] + values[1];
    const float difference = values[0] - values[1];
    for (uint32_t bin = 1U; bin <= FFT_POINTS / 2U; bin++) {
        float *a = &values[2U * bin];
        float *b = &values[2U * (FFT_POINTS - bin)];
        const float even_re = 0.5F * (a[0] + b[0]);
        const float even_im = 0.5F * (a[1] - b[1]);
        const float odd_re = 0.5F * (a[1] + b[1]);
        const float odd_im = 0.5F * (b[0] - a[0]);
        float re;
        float im;
        fft_turn(bin, &re, &im);
        const float turned_re = odd_re * re - odd_im * im;
        const float turned_im = odd_re * im + odd_im * re;
        a[0] = (even_re + turned_re) * (even_re + turned_re)
            + (even_im + turned_im) * (even_im + turned_im);
        b[0] = (even_re - turned_re) * (even_re - turned_re)
            + (even_im - turned_im) * (even_im - turned_im);
    }
    values[0] = sum * sum;
    for (uint32_t bin = 1U; bin < FFT_POINTS; bin++) {
        values[bin] = values[2U * bin];
    }
    values[FFT_POINTS] = difference * difference;
}
