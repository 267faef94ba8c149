/* Stores the rows of a frame in its column. Each is the level of the energy of a mel band, a
 * weighted sum over neighbouring bins. */
static void store_rows(const float *bins, float *column)
{
    const float *weight = mel_weights;
    for (uint32_t row = 0U; row < LEVELS; row++) {
        const float *bin = &bins[mel_ranges[2U * row]];
        float energy = 0.0F;
        for (uint32_t count = mel_ranges[2U * row + 1U]; count > 0U; count--) {
            energy += *weight * *bin;
            weight++;
            bin++;
        }
        column[row * COLUMNS] = LEVEL(energy);
    }
}
