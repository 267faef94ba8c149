/* The bits of the best probability as a float (IEEE 754), without a floating-point operation. */
static uint32_t confidence_bits(const NAME_result *result)
{
    uint32_t mantissa = (uint32_t)(result->scores[result->best] + 128);
    uint32_t exponent = 126U; /* of numbers from 1/2 on */
    if (mantissa == 0U) {
        return 0U;
    }
    while (mantissa < 128U) {
        mantissa <<= 1;
        exponent--;
    }
    return exponent << 23 | (mantissa - 128U) << 16;
}

float NAME_confidence(const NAME_result *result)
{
    const uint32_t bits = confidence_bits(result);
    float confidence;
    memcpy(&confidence, &bits, sizeof confidence);
    return confidence;
}

int NAME_decide(const NAME_result *result, float threshold)
{
    uint32_t bits;
    memcpy(&bits, &threshold, sizeof bits);
    const uint32_t magnitude = bits & 0x7FFFFFFFU;
    /* Positive floats are ordered as their bits are. No number is at least NaN. */
    const int is_below = magnitude == 0U || (bits != magnitude && magnitude <= 0x7F800000U);
    return is_below || confidence_bits(result) >= bits ? (int)result->best : -1;
}
