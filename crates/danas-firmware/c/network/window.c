/* Windows that slide over an input, for convolutions and poolings.
 *
 * Activations are in the order height, width, channel. */

struct net_shape {
    int32_t height, width, channels;
};

struct net_window {
    struct net_shape input, output;
    int32_t rows, columns;      /* size of the window */
    int32_t down, across;       /* rows and columns that it moves at a time */
    int32_t margin_top, margin_left; /* rows and columns outside the input */
};

/* The part of a window that lies over the input. */
struct net_overlap {
    int32_t first_row, end_row;       /* rows of the window */
    int32_t first_column, end_column; /* columns of the window */
    int32_t input;                    /* position of the first value in the input */
};

/* Returns the first of the places of a window that are inside the input. The window begins at
 * `start`, which is negative if it begins outside. */
static int32_t net_first(int32_t start)
{
    return start < 0 ? -start : 0;
}

/* Returns the end of the places of a window of `size` that are inside an input of `length`. */
static int32_t net_end(int32_t start, int32_t size, int32_t length)
{
    return size < length - start ? size : length - start;
}

/* Returns the overlap of the window for row `y` and column `x` of the output. */
static struct net_overlap net_overlap_at(const struct net_window *window, int32_t y, int32_t x)
{
    const struct net_shape *input = &window->input;
    int32_t top = y * window->down - window->margin_top;
    int32_t left = x * window->across - window->margin_left;
    struct net_overlap overlap;
    overlap.first_row = net_first(top);
    overlap.end_row = net_end(top, window->rows, input->height);
    overlap.first_column = net_first(left);
    overlap.end_column = net_end(left, window->columns, input->width);
    overlap.input = ((top + overlap.first_row) * input->width + left + overlap.first_column)
                    * input->channels;
    return overlap;
}
