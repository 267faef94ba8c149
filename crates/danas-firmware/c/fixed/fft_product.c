/* Turns a complex number, whose magnitude is at most 2^30, by an angle whose cosine and sine have 15
 * fraction bits. Each part is split, so that products have 32 bits. */
static void fft_product(int32_t *value, int32_t cosine, int32_t sine)
{
    const int32_t re_high = value[0] >> 15;
    const int32_t re_low = value[0] & 0x7FFF;
    const int32_t im_high = value[1] >> 15;
    const int32_t im_low = value[1] & 0x7FFF;
    value[0] = re_high * cosine - im_high * sine + ((re_low * cosine - im_low * sine) >> 15);
    value[1] = re_high * sine + im_high * cosine + ((re_low * sine + im_low * cosine) >> 15);
}

/* Cosine and sine of -2 pi index / FFT_TURN, for index < FFT_TURN. The table holds half a turn. */
static void fft_angle(uint32_t index, int32_t *angle)
{
    const uint32_t half = FFT_TURN / 2U;
    const int is_upper = FFT_TURN % 2U == 0U && index >= half;
    const int16_t *entry = &fft_circle[2U * (is_upper ? index - half : index)];
    angle[0] = is_upper ? -entry[0] : entry[0];
    angle[1] = is_upper ? -entry[1] : entry[1];
}
