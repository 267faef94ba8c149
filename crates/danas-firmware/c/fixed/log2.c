/* The logarithm to base 2 of a number, in 65536ths; 0 for 0. A line goes from each entry of the table
 * to the next one. */
static int32_t log2_of(uint64_t number)
{
    uint32_t high = (uint32_t)(number >> 32);
    uint32_t mantissa = (uint32_t)number;
    int32_t exponent = 31;
    if (high == 0U && mantissa == 0U) {
        return 0;
    }
    while (high != 0U) {
        mantissa = (mantissa >> 1) | (high << 31);
        high >>= 1;
        exponent++;
    }
    for (int32_t step = 16; step > 0; step /= 2) {
        if (mantissa >> (32 - step) == 0U) {
            mantissa <<= step;
            exponent -= step;
        }
    }
    const uint32_t index = (mantissa >> 25) & 63U;
    const uint32_t low = log2_table[index];
    const uint32_t step = (log2_table[(index + 1U) & 63U] - low) & 0xFFFFU;
    const uint32_t line = low + ((step * ((mantissa >> 9) & 0xFFFFU) + 0x8000U) >> 16);
    return exponent * 0x10000 + (int32_t)line;
}
