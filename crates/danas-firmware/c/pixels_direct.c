/* Leaves the network's input at the beginning of the memory. For each of the 256 values of a byte,
 * standardisation and quantisation give the value minus 128. */
static void front_end(const SAMPLE *frame, float *memory)
{
    int8_t *input = (int8_t *)memory;
    for (uint32_t index = 0U; index < ROWS * COLUMNS * CHANNELS; index++) {
        input[index] = (int8_t)((int32_t)frame[index] - 128);
    }
}
