/* Takes the mean of each window, channel by channel, with halves rounded away from the integer 0.
 * The output may begin where the input begins: no value is read after something was written to its
 * place. */
static void net_average_pool(const struct net_window *window, const int8_t *input, int8_t *output)
{
    int32_t channels = window->input.channels;
    int32_t area = window->rows * window->columns;
    for (int32_t y = 0; y < window->output.height; y++) {
        for (int32_t x = 0; x < window->output.width; x++) {
            const int8_t *corner = input + net_overlap_at(window, y, x).input;
            for (int32_t channel = 0; channel < channels; channel++) {
                int32_t sum = 0;
                for (int32_t row = 0; row < window->rows; row++) {
                    const int8_t *value = corner + row * window->input.width * channels + channel;
                    for (int32_t column = 0; column < window->columns; column++) {
                        sum += *value;
                        value += channels;
                    }
                }
                sum += sum > 0 ? area / 2 : -(area / 2);
                *output++ = (int8_t)(sum / area);
            }
        }
    }
}
