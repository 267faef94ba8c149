/* Divides each magnitude by a mean that follows its row with a time constant, and compresses the
 * result: per-channel energy normalisation. */
static void compress_energies(float *features)
{
    for (uint32_t row = 0U; row < LEVELS; row++) {
        for (uint32_t channel = 0U; channel < CHANNELS; channel++) {
            float smoothed = 1.0F;
            for (uint32_t frame = 0U; frame < FRAMES; frame++) {
                float *value = &features[row * COLUMNS + frame * CHANNELS + channel];
                const float energy = *value * PCEN_SCALE;
                smoothed += SMOOTHING * (energy - smoothed);
                const float ratio = energy * powf(PCEN_EPSILON + smoothed, -PCEN_GAIN);
                *value = ratio / (sqrtf(ratio + PCEN_BIAS) + sqrtf(PCEN_BIAS));
            }
        }
    }
}
