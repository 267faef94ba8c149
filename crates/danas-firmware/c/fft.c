/* e^(-2 pi i index / FFT_TURN), for index < FFT_TURN. The table holds half a turn. */
static void fft_turn(uint32_t index, float *re, float *im)
{
    const uint32_t half = FFT_TURN / 2U;
    const int is_upper = FFT_TURN % 2U == 0U && index >= half;
    const float *entry = &fft_circle[2U * (is_upper ? index - half : index)];
    *re = is_upper ? -entry[0] : entry[0];
    *im = is_upper ? -entry[1] : entry[1];
}
