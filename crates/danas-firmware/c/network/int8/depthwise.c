/* A depthwise convolution: each channel has one filter. Weights are in the order row, column,
 * channel. Four channels are computed at a time, and the rest one by one. The output may begin where
 * the input begins if the window has no margins: no value is read after something was written to
 * its place. */
struct net_depthwise {
    struct net_window window;
    struct net_layer layer;
};

static void net_convolve_depthwise(const struct net_depthwise *depthwise, const int8_t *input,
                                   int8_t *output)
{
    const struct net_window *window = &depthwise->window;
    const struct net_layer *layer = &depthwise->layer;
    int32_t channels = window->input.channels;
    for (int32_t y = 0; y < window->output.height; y++) {
        for (int32_t x = 0; x < window->output.width; x++) {
            struct net_overlap overlap = net_overlap_at(window, y, x);
            int32_t inside = overlap.first_row * window->columns + overlap.first_column;
            int32_t columns = overlap.end_column - overlap.first_column;
            int32_t group;
            for (int32_t channel = 0; channel < channels; channel += group) {
                uint32_t sums[4];
                group = channels - channel < 4 ? 1 : 4;
                for (int32_t index = 0; index < group; index++) {
                    sums[index] = (uint32_t)layer->bias[channel + index];
                }
                const int8_t *values = input + overlap.input + channel;
                const int8_t *weights = layer->weights + inside * channels + channel;
                for (int32_t row = overlap.first_row; row < overlap.end_row; row++) {
                    net_add_depthwise(sums, values, layer->input_zero, weights, channels, columns,
                                      group);
                    values += window->input.width * channels;
                    weights += window->columns * channels;
                }
                for (int32_t index = 0; index < group; index++) {
                    *output++ = net_output(layer, channel + index, sums[index]);
                }
            }
        }
    }
}
