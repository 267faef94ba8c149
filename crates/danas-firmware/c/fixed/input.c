/* The input of the network for a feature of a row and channel: standardised and rounded in one step.
 * The product has 62 bits, of which the upper 32 are kept. */
static int8_t input_of(int32_t feature, uint32_t row)
{
    const uint32_t place = row < INPUT_ROWS ? row : 0U;
    const int64_t product = (int64_t)(feature - input_mean[place]) * input_factor[place];
    const int32_t high = (int32_t)(product >> 32);
    const uint32_t shift = input_shift[place];
    const int32_t integer = ((high + ((int32_t)1 << (shift - 1U))) >> shift) + INPUT_ZERO_POINT;
    return (int8_t)(integer > 127 ? 127 : integer < -128 ? -128 : integer);
}
