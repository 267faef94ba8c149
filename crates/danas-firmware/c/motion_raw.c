/* Reads the samples of one channel after the other as the network's input. */
static void front_end(const SAMPLE *ring, uint32_t start, float *memory)
{
    INPUT *input = (INPUT *)memory;
    for (uint32_t channel = 0U; channel < CHANNELS; channel++) {
        const clip from = clip_of(ring, start, channel);
        for (int32_t index = 0; index < (int32_t)SAMPLES; index++) {
            *input = input_of(sample_at(&from, index), channel);
            input++;
        }
    }
}
