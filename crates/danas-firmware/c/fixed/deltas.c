/* The derivative at a frame. Beyond the ends, the first and the last frame are repeated. Neighbours at
 * the same distance have the same weight in even orders, and opposite ones in odd orders. Each value is
 * split, so that products and their sums have 32 bits. */
static int32_t delta_at(const int32_t *value, uint32_t frame, const int16_t *weights, uint32_t order)
{
    int32_t high = (*value >> 15) * *weights;
    int32_t low = (*value & 0x7FFF) * *weights;
    const int32_t *before = value;
    const int32_t *after = value;
    for (uint32_t near = 1U; near <= DELTA_WIDTH / 2U; near++) {
        before -= near <= frame ? CHANNELS : 0U;
        after += near < FRAMES - frame ? CHANNELS : 0U;
        const int32_t both = order == 0U ? *after - *before : *after + *before;
        weights++;
        high += (both >> 15) * *weights;
        low += (both & 0x7FFF) * *weights;
    }
    const uint32_t bits = delta_bits[order];
    return (int32_t)(((int64_t)high * 0x8000 + low + ((int64_t)1 << (bits - 1U))) >> bits);
}

/* Appends the derivatives of the coefficients over time. */
static void append_deltas(int32_t *features)
{
    int32_t *to = &features[NORMALISED * COLUMNS];
    for (uint32_t order = 0U; order < DELTAS; order++) {
        const int16_t *weights = &delta_weights[order * DELTA_WIDTH + DELTA_WIDTH / 2U];
        const int32_t *value = features;
        for (uint32_t row = 0U; row < NORMALISED; row++) {
            for (uint32_t frame = 0U; frame < FRAMES; frame++) {
                for (uint32_t channel = 0U; channel < CHANNELS; channel++) {
                    *to = delta_at(value, frame, weights, order);
                    to++;
                    value++;
                }
            }
        }
    }
}
