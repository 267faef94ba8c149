static void normalise_rows(float *features)
{
    for (uint32_t row = 0U; row < NORMALISED; row++) {
        for (uint32_t channel = 0U; channel < CHANNELS; channel++) {
            normalise_row(&features[row * COLUMNS + channel]);
        }
    }
}
