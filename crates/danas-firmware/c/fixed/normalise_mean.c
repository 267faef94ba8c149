/* Subtracts the mean of each row. */
static void normalise_row(int32_t *row)
{
    subtract_mean(row);
}
