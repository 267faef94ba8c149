/* Takes the largest value of each window, channel by channel. The output may begin where the input
 * begins: no value is read after something was written to its place. */
static void net_max_pool(const struct net_window *window, const float *input, float *output)
{
    int32_t channels = window->input.channels;
    for (int32_t y = 0; y < window->output.height; y++) {
        for (int32_t x = 0; x < window->output.width; x++) {
            const float *corner = input + net_overlap_at(window, y, x).input;
            for (int32_t channel = 0; channel < channels; channel++) {
                float largest = corner[channel];
                for (int32_t row = 0; row < window->rows; row++) {
                    const float *value = corner + row * window->input.width * channels + channel;
                    for (int32_t column = 0; column < window->columns; column++) {
                        largest = *value > largest ? *value : largest;
                        value += channels;
                    }
                }
                *output++ = largest;
            }
        }
    }
}
