/* Leaves the network's input at the beginning of the memory. */
static void front_end(const SAMPLE *frame, float *memory)
{
    INPUT *input = (INPUT *)memory;
    uint32_t index = 0U;
    for (uint32_t row = 0U; row < ROWS; row++) {
        for (uint32_t column = 0U; column < COLUMNS; column++) {
            for (uint32_t channel = 0U; channel < CHANNELS; channel++) {
                input[index] = input_of(pixel_feature(frame, index), row * CHANNELS + channel);
                index++;
            }
        }
    }
}
