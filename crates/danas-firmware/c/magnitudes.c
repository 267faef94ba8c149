/* Replaces the powers of a frame by magnitudes. */
static void to_magnitudes(float *bins)
{
    for (uint32_t bin = 0U; bin < BINS; bin++) {
        bins[bin] = sqrtf(bins[bin]);
    }
}
