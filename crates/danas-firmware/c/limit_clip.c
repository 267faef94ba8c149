/* Raises all levels to at least DYNAMIC_RANGE below the loudest one of the clip. */
static void limit_levels(float *features)
{
    float loudest = features[0];
    for (uint32_t index = 1U; index < LEVELS * COLUMNS; index++) {
        loudest = features[index] > loudest ? features[index] : loudest;
    }
    for (uint32_t index = 0U; index < LEVELS * COLUMNS; index++) {
        const float least = loudest - DYNAMIC_RANGE;
        features[index] = features[index] > least ? features[index] : least;
    }
}
