/* Stores the rows of a frame in its column. */
static void store_rows(const float *bins, float *column)
{
    for (uint32_t row = 0U; row < LEVELS; row++) {
        column[row * COLUMNS] = LEVEL(bins[row]);
    }
}
