/* Returns the joined bits of the magnitudes of the spectrum of a frame. */
static uint32_t fft_spectrum(const int32_t *values)
{
    uint32_t mask = 0U;
    for (uint32_t index = 0U; index < 2U * (FFT_POINTS / 2U + 1U); index++) {
        mask |= magnitude_of(values[index]);
    }
    return mask;
}

/* Stores the power of each frequency bin, of which there are FFT_POINTS / 2 + 1, in front. */
static void fft_power(uint32_t *values)
{
    for (uint32_t bin = 0U; bin <= FFT_POINTS / 2U; bin++) {
        const uint32_t square = fft_square((int32_t)values[2U * bin]);
        values[bin] = square + fft_square((int32_t)values[2U * bin + 1U]);
    }
}
