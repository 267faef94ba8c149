/* A quotient, rounded down, by long division. The divisor is below 2^31. */
static uint64_t divided(uint64_t number, uint32_t divisor)
{
    uint32_t rest = 0U;
    for (uint32_t bit = 0U; bit < 64U; bit++) {
        rest = (rest << 1) | (uint32_t)(number >> 63);
        number <<= 1;
        if (rest >= divisor) {
            rest -= divisor;
            number |= 1U;
        }
    }
    return number;
}

/* Subtracts the mean of a row. The sum of its distances from the first value has 64 bits. */
static void subtract_mean(int32_t *row)
{
    int64_t sum = 0;
    for (uint32_t frame = 0U; frame < FRAMES; frame++) {
        sum += row[frame * CHANNELS] - row[0];
    }
    const uint64_t magnitude = (uint64_t)(sum < 0 ? -sum : sum);
    const int32_t quotient = (int32_t)divided(magnitude + FRAMES / 2U, FRAMES);
    const int32_t mean = row[0] + (sum < 0 ? -quotient : quotient);
    for (uint32_t frame = 0U; frame < FRAMES; frame++) {
        row[frame * CHANNELS] -= mean;
    }
}
