/* Stores the rows of a frame in its column. */
static void store_rows(const uint32_t *bins, int32_t exponent, int32_t *column)
{
    for (uint32_t row = 0U; row < LEVELS; row++) {
        column[row * COLUMNS] = level_of(bins[row], exponent * EXPONENT_UNIT);
    }
}
