/* Adds the power of a frame to the bands of a channel. */
static void add_bands(const float *bins, float *column)
{
    for (uint32_t row = 0U; row < ROWS; row++) {
        float sum = 0.0F;
        for (uint32_t bin = band_edges[row]; bin < band_edges[row + 1U]; bin++) {
            sum += bins[bin];
        }
        column[row * COLUMNS] += sum;
    }
}
