/* 2 to the power of a number of 65536ths, with some fraction bits; less than 2^63. */
static uint64_t exp2_of(int32_t number, int32_t bits)
{
    const uint32_t index = (uint32_t)(number >> 10) & 63U;
    const uint32_t low = exp2_table[index];
    const uint32_t step = (exp2_table[(index + 1U) & 63U] - low) & 0xFFFFU;
    const uint64_t mantissa = 0x10000U + low + ((step * ((uint32_t)number & 0x3FFU) + 0x200U) >> 10);
    const int32_t shift = (number >> 16) + bits - 16;
    if (shift >= 0) {
        return mantissa << (shift < 46 ? shift : 46);
    }
    return shift >= -17 ? mantissa >> -shift : 0U;
}
