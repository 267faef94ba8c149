/* Leaves the network's input at the beginning of the memory: mean, deviation, minimum, maximum, mean
 * change and share of turns of each channel. */
static void front_end(const SAMPLE *ring, uint32_t start, float *memory)
{
    INPUT *input = (INPUT *)memory;
    for (uint32_t channel = 0U; channel < CHANNELS; channel++) {
        const clip from = clip_of(ring, start, channel);
        float value = sample_at(&from, 0);
        float mean = value;
        float squares = 0.0F;
        float minimum = value;
        float maximum = value;
        float changes = 0.0F;
        float before = 0.0F;
        uint32_t turns = 0U;
        for (int32_t index = 1; index < (int32_t)SAMPLES; index++) {
            const float next = sample_at(&from, index);
            const float change = next - value;
            const float distance = next - mean;
            mean += distance / (float)(index + 1);
            squares += distance * (next - mean);
            minimum = next < minimum ? next : minimum;
            maximum = next > maximum ? next : maximum;
            changes += fabsf(change);
            if ((before < 0.0F && change > 0.0F) || (before > 0.0F && change < 0.0F)) {
                turns++;
            }
            before = change;
            value = next;
        }
        const float features[ROWS] = {
            mean,
            sqrtf(squares / (float)SAMPLES),
            minimum,
            maximum,
            changes / (float)PAIRS,
            (float)turns / (float)TRIPLES,
        };
        for (uint32_t row = 0U; row < ROWS; row++) {
            const uint32_t index = row * CHANNELS + channel;
            input[index] = input_of(features[row], index);
        }
    }
}
