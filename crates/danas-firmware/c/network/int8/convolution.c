/* A convolution. Weights are in the order filter, row, column, channel, so that a row of the window
 * lies over neighbouring values of the input. Two filters are computed at a time. */
struct net_convolution {
    struct net_window window;
    struct net_layer layer;
};

static void net_convolve(const struct net_convolution *convolution, const int8_t *input,
                         int8_t *output)
{
    const struct net_window *window = &convolution->window;
    const struct net_layer *layer = &convolution->layer;
    int32_t channels = window->input.channels;
    int32_t filters = window->output.channels;
    int32_t input_row = window->input.width * channels;
    int32_t window_row = window->columns * channels;
    int32_t window_values = window->rows * window_row;
    for (int32_t y = 0; y < window->output.height; y++) {
        for (int32_t x = 0; x < window->output.width; x++) {
            struct net_overlap overlap = net_overlap_at(window, y, x);
            int is_cut = net_is_cut(window, &overlap);
            int32_t inside = overlap.first_row * window_row + overlap.first_column * channels;
            int32_t count = (overlap.end_column - overlap.first_column) * channels;
            const int8_t *weights = layer->weights;
            for (int32_t filter = 0; filter < filters; filter += 2) {
                int32_t other = filter + 1 < filters ? 1 : 0; /* an odd last filter is its own pair */
                int32_t distance = other * window_values;
                uint32_t sums[2] = {(uint32_t)layer->starts[filter],
                                    (uint32_t)layer->starts[filter + other]};
                if (is_cut) {
                    uint32_t zero = (uint32_t)layer->input_zero;
                    sums[0] += zero * net_outside(window, &overlap, weights, channels, channels);
                    sums[1] += zero * net_outside(window, &overlap, weights + distance, channels,
                                                  channels);
                }
                const int8_t *values = input + overlap.input;
                const int8_t *row_weights = weights + inside;
                for (int32_t row = overlap.first_row; row < overlap.end_row; row++) {
                    net_add_products(sums, values, row_weights, distance, count);
                    values += input_row;
                    row_weights += window_row;
                }
                weights += 2 * window_values;
                *output++ = net_output(layer, filter, sums[0]);
                if (other) {
                    *output++ = net_output(layer, filter + 1, sums[1]);
                }
            }
        }
    }
}
