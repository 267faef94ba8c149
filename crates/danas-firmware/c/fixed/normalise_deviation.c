/* A distance from the mean with as many bits as the row's largest one leaves: 15. */
static int32_t distance_of(int32_t value, int32_t rise)
{
    const int32_t distance = shifted(value, rise);
    return distance < 0x7FFF ? distance : 0x7FFF;
}

/* Subtracts the mean of each row and divides by its standard deviation. None of n values is farther
 * from their mean than the root of n deviations, so that results have at most 28 bits. */
static void normalise_row(int32_t *row)
{
    subtract_mean(row);
    uint32_t mask = 0U;
    for (uint32_t frame = 0U; frame < FRAMES; frame++) {
        mask |= magnitude_of(row[frame * CHANNELS]);
    }
    const int32_t rise = 15 - bits_of(mask);
    uint64_t squares = 0U;
    for (uint32_t frame = 0U; frame < FRAMES; frame++) {
        const int32_t distance = distance_of(row[frame * CHANNELS], rise);
        squares += (uint32_t)(distance * distance);
    }
    uint32_t variance = (uint32_t)divided(squares, FRAMES);
    if (variance == 0U) {
        return;
    }
    int32_t doublings = 0;
    while (variance < (uint32_t)1 << 30) {
        variance <<= 2;
        doublings++;
    }
    const uint32_t root = root_of(variance);
    const int32_t halvings = doublings + rise - 4;
    if (halvings > 0 && root >> (halvings < 31 ? halvings : 31) < LEAST_DEVIATION) {
        for (uint32_t frame = 0U; frame < FRAMES; frame++) {
            row[frame * CHANNELS] *= LEAST_FACTOR;
        }
        return;
    }
    const int32_t inverse = (int32_t)(((uint32_t)1 << 30) / root);
    for (uint32_t frame = 0U; frame < FRAMES; frame++) {
        const int32_t distance = distance_of(row[frame * CHANNELS], rise);
        row[frame * CHANNELS] = shifted(distance * inverse, doublings - 16);
    }
}
