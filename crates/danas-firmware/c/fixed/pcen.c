/* Divides each magnitude by a mean that follows its row with a time constant, and compresses the
 * result: per-channel energy normalisation. Products and roots are sums and halves of logarithms. */
static void compress_energies(int32_t *features)
{
    for (uint32_t row = 0U; row < LEVELS; row++) {
        for (uint32_t channel = 0U; channel < CHANNELS; channel++) {
            int64_t smoothed = PCEN_FIRST;
            for (uint32_t frame = 0U; frame < FRAMES; frame++) {
                int32_t *value = &features[row * COLUMNS + frame * CHANNELS + channel];
                const int64_t distance = (int64_t)exp2_of(*value, PCEN_BITS) - smoothed;
                const int64_t low = (distance & 0xFFFF) * SMOOTHING;
                smoothed += ((distance >> 16) * SMOOTHING + (low >> 16)) >> SMOOTHING_SHIFT;
                const int32_t level = log2_of((uint64_t)smoothed) - PCEN_BITS * 0x10000;
                uint64_t ratio = exp2_of(*value - scaled(level, PCEN_GAIN), 16);
                ratio = ratio < PCEN_LARGEST ? ratio : PCEN_LARGEST;
                const int32_t sum = log2_of(ratio + PCEN_BIAS) - 16 * 0x10000;
                *value = (int32_t)exp2_of(sum / 2, 16) - PCEN_ROOT;
            }
        }
    }
}
