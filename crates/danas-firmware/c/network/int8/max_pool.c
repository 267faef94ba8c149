/* Takes the largest value of each window, channel by channel. The output may begin where the input
 * begins: no value is read after something was written to its place. */
static void net_max_pool(const struct net_window *window, const int8_t *input, int8_t *output)
{
    int32_t channels = window->input.channels;
    for (int32_t y = 0; y < window->output.height; y++) {
        for (int32_t x = 0; x < window->output.width; x++) {
            const int8_t *corner = input + net_overlap_at(window, y, x).input;
            for (int32_t channel = 0; channel < channels; channel++) {
                int8_t largest = INT8_MIN;
                for (int32_t row = 0; row < window->rows; row++) {
                    const int8_t *value = corner + row * window->input.width * channels + channel;
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
