/* Stores the rows of a frame in its column. Each is the level of the energy of a mel band, a
 * weighted sum over neighbouring bins. Terms have 32 bits, and their sum has 64. */
static void store_rows(const uint32_t *bins, int32_t exponent, int32_t *column)
{
    const uint16_t *weight = mel_weights;
    for (uint32_t row = 0U; row < LEVELS; row++) {
        const uint32_t *bin = &bins[mel_ranges[2U * row]];
        const uint32_t count = mel_ranges[2U * row + 1U];
        uint64_t energy = 0U;
        for (uint32_t left = count; left > 0U; left--) {
            const uint32_t low = (*bin & 0xFFFFU) * *weight + 0x8000U;
            energy += (*bin >> 16) * *weight + (low >> 16);
            weight++;
            bin++;
        }
        const int32_t unit = exponent * EXPONENT_UNIT + mel_units[row] * 0x10000;
        column[row * COLUMNS] = count > 0U ? level_of(energy, unit) : LEVEL_FLOOR;
    }
}
