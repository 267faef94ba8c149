/* Replaces the powers of a frame by magnitudes, which have 16 fraction bits. */
static void to_magnitudes(uint32_t *bins)
{
    for (uint32_t bin = 0U; bin < BINS; bin++) {
        uint32_t power = bins[bin];
        uint32_t shift = 16U;
        while (power > 0U && power < (uint32_t)1 << 30) {
            power <<= 2;
            shift--;
        }
        bins[bin] = root_of(power) << shift;
    }
}
