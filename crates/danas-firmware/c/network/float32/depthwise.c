/* A depthwise convolution: each channel has one filter. Weights are in the order row, column,
 * channel. */
struct net_depthwise {
    struct net_window window;
    struct net_layer layer;
};

static void net_convolve_depthwise(const struct net_depthwise *depthwise, const float *input,
                                   float *output)
{
    const struct net_window *window = &depthwise->window;
    const struct net_layer *layer = &depthwise->layer;
    int32_t channels = window->input.channels;
    for (int32_t y = 0; y < window->output.height; y++) {
        for (int32_t x = 0; x < window->output.width; x++) {
            struct net_overlap overlap = net_overlap_at(window, y, x);
            int32_t inside = overlap.first_row * window->columns + overlap.first_column;
            int32_t columns = overlap.end_column - overlap.first_column;
            for (int32_t channel = 0; channel < channels; channel++) {
                const float *values = input + overlap.input + channel;
                const float *weights = layer->weights + inside * channels + channel;
                float sum = 0.0f;
                for (int32_t row = overlap.first_row; row < overlap.end_row; row++) {
                    sum = net_add_depthwise(sum, values, weights, channels, columns);
                    values += window->input.width * channels;
                    weights += window->columns * channels;
                }
                *output++ = net_output(layer, channel, sum);
            }
        }
    }
}
