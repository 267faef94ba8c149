/* Power in decibels: 10 log10 of at least POWER_FLOOR. The logarithm of the mantissa, which lies
 * between the roots of 1/2 and 2, is a series. */
static float decibels(float power)
{
    const float value = power > POWER_FLOOR ? power : POWER_FLOOR;
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    const int32_t exponent = (int32_t)((bits + 0x3F800000U - 0x3F3504F3U) >> 23) - 127;
    bits -= (uint32_t)exponent << 23;
    float mantissa;
    memcpy(&mantissa, &bits, sizeof mantissa);
    const float ratio = (mantissa - 1.0F) / (mantissa + 1.0F);
    const float square = ratio * ratio;
    const float series = square
        * (1.0F / 3.0F + square * (1.0F / 5.0F + square * (1.0F / 7.0F + square * (1.0F / 9.0F))));
    const float near = ratio * 8.6858896F; /* 20 log10 e */
    return (float)exponent * 3.0103F + (near + near * series); /* 10 log10 2 */
}
