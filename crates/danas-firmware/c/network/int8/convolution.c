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
            int32_t inside = overlap.first_row * window_row + overlap.first_column * channels;
            int32_t count = (overlap.end_column - overlap.first_column) * channels;
            const int8_t *weights = layer->weights + inside;
            for (int32_t filter = 0; filter < filters; filter += 2) {
                int32_t other = filter + 1 < filters; /* an odd last filter is its own pair */
                uint32_t sums[2] = {(uint32_t)layer->bias[filter],
                                    (uint32_t)layer->bias[filter + other]};
                const int8_t *values = input + overlap.input;
                const int8_t *row_weights = weights;
                for (int32_t row = overlap.first_row; row < overlap.end_row; row++) {
                    net_add_products(sums, values, layer->input_zero, row_weights,
                                     other * window_values, count);
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
