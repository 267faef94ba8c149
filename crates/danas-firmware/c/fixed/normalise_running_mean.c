/* Subtracts from each value of a row a mean that follows the row with a time constant. The mean has 24
 * fraction bits more than the row: 53 bits in all. */
static void normalise_row(int32_t *row)
{
    int64_t mean = (int64_t)row[0] * 0x1000000;
    for (uint32_t frame = 0U; frame < FRAMES; frame++) {
        int32_t *value = &row[frame * CHANNELS];
        const int32_t distance = *value - (int32_t)((mean + 0x800000) >> 24);
        mean += ((int64_t)distance * SMOOTHING) >> 7;
        *value -= (int32_t)((mean + 0x800000) >> 24);
    }
}
