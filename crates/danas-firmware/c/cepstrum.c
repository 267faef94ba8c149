/* Replaces the mel levels of each frame by cepstral coefficients: a cosine transform, for which
 * `work` holds the levels of one frame. */
static void to_cepstra(float *features, float *work)
{
    for (uint32_t column = 0U; column < COLUMNS; column++) {
        for (uint32_t band = 0U; band < LEVELS; band++) {
            work[band] = features[band * COLUMNS + column];
        }
        const float *weight = cosines;
        for (uint32_t coefficient = 0U; coefficient < NORMALISED; coefficient++) {
            float sum = 0.0F;
            for (uint32_t band = 0U; band < LEVELS; band++) {
                sum += *weight * work[band];
                weight++;
            }
            features[coefficient * COLUMNS + column] = sum;
        }
    }
}
