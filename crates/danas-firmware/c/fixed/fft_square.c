/* The square of a number of at most 29 bits and a sign, divided by 2^27. */
static uint32_t fft_square(int32_t number)
{
    const int32_t high = number >> 15;
    const int32_t low = number & 0x7FFF;
    const int32_t rest = (high * low + ((low * low) >> 16) + 0x400) >> 11;
    return ((uint32_t)(high * high) << 3) + (uint32_t)rest;
}
