/* Makes the loudest level of the clip 0, and raises all others to at least -DYNAMIC_RANGE. */
static void limit_levels(float *features)
{
    float loudest = features[0];
    for (uint32_t index = 1U; index < LEVELS * COLUMNS; index++) {
        loudest = features[index] > loudest ? features[index] : loudest;
    }
    for (uint32_t index = 0U; index < LEVELS * COLUMNS; index++) {
        const float level = features[index] - loudest;
        features[index] = level > -DYNAMIC_RANGE ? level : -DYNAMIC_RANGE;
    }
}
