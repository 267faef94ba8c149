/* Returns the sum of the weights of a window that lie outside the input, where an input counts as
 * its zero point. At each place of the window, `count` weights of the next `channels` belong to the
 * sum. */
static uint32_t net_outside(const struct net_window *window, const struct net_overlap *overlap,
                            const int8_t *weights, int32_t channels, int32_t count)
{
    int32_t sum = 0;
    for (int32_t row = 0; row < window->rows; row++) {
        int is_inside = row >= overlap->first_row && row < overlap->end_row;
        for (int32_t column = 0; column < window->columns; column++) {
            if (is_inside && column == overlap->first_column) {
                weights += (overlap->end_column - column) * channels;
                column = overlap->end_column - 1;
                continue;
            }
            for (int32_t channel = 0; channel < count; channel++) {
                sum += weights[channel];
            }
            weights += channels;
        }
    }
    return (uint32_t)sum;
}

/* Returns whether a part of a window is outside the input. */
static int net_is_cut(const struct net_window *window, const struct net_overlap *overlap)
{
    return overlap->end_row - overlap->first_row < window->rows
           || overlap->end_column - overlap->first_column < window->columns;
}
