/* Gives values more or, if `shift` is negative, fewer fraction bits, rounded. */
static void frame_shift(int32_t *values, uint32_t count, int32_t shift)
{
    const int32_t half = shift < 0 ? (int32_t)1 << (-shift - 1) : 0;
    const int32_t *end = values + count;
    for (; values < end; values++) {
        *values = shift < 0 ? (*values + half) >> -shift : (int32_t)((uint32_t)*values << shift);
    }
}

/* Replaces a frame, of which the joined bits of all magnitudes are known, by the power of its bins.
 * Returns the logarithm to base 2 of the unit of power. The frame gets as many bits as its transform
 * cannot overflow with, and so do its bins before they are squared. */
static int32_t frame_power(int32_t *values, uint32_t mask)
{
    if (mask == 0U) {
        return SILENT;
    }
    const int32_t shift = FFT_INPUT_BITS - bits_of(mask);
    frame_shift(values, 2U * FFT_POINTS, shift);
    fft_transform(values);
    const int32_t rise = 29 - bits_of(fft_spectrum(values));
    frame_shift(values, 2U * FFT_POINTS, rise);
    fft_power((uint32_t *)values);
    return FFT_UNIT - 2 * (shift + rise);
}
