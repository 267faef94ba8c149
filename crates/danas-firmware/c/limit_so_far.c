/* Raises the levels of each frame to at least DYNAMIC_RANGE below the loudest one so far. */
static void limit_levels(float *features)
{
    float loudest = features[0];
    for (uint32_t frame = 0U; frame < FRAMES; frame++) {
        for (uint32_t row = 0U; row < LEVELS; row++) {
            const float *levels = &features[row * COLUMNS + frame * CHANNELS];
            for (uint32_t channel = 0U; channel < CHANNELS; channel++) {
                loudest = levels[channel] > loudest ? levels[channel] : loudest;
            }
        }
        for (uint32_t row = 0U; row < LEVELS; row++) {
            float *levels = &features[row * COLUMNS + frame * CHANNELS];
            for (uint32_t channel = 0U; channel < CHANNELS; channel++) {
                const float least = loudest - DYNAMIC_RANGE;
                levels[channel] = levels[channel] > least ? levels[channel] : least;
            }
        }
    }
}
