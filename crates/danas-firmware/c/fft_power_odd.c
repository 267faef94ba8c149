/* Stores the power of each frequency bin, of which there are FFT_POINTS / 2 + 1, in front. */
static void fft_power(float *values)
{
    for (uint32_t bin = 0U; bin <= FFT_POINTS / 2U; bin++) {
        const float re = values[2U * bin];
        const float im = values[2U * bin + 1U];
        values[bin] = re * re + im * im;
    }
}
