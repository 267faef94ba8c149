/* Appends the derivatives of the coefficients over time. Beyond the ends, the first and the last
 * frame are repeated. */
static void append_deltas(float *features)
{
    for (uint32_t order = 0U; order < DELTAS; order++) {
        const float *weights = &delta_weights[order * DELTA_WIDTH];
        float *to = &features[(order + 1U) * NORMALISED * COLUMNS];
        for (uint32_t row = 0U; row < NORMALISED * COLUMNS; row += COLUMNS) {
            for (uint32_t column = 0U; column < COLUMNS; column++) {
                const uint32_t channel = column % CHANNELS;
                const uint32_t frame = column / CHANNELS;
                float sum = 0.0F;
                for (uint32_t near = 0U; near < DELTA_WIDTH; near++) {
                    const uint32_t after = frame + near;
                    uint32_t other = after > DELTA_WIDTH / 2U ? after - DELTA_WIDTH / 2U : 0U;
                    other = other < FRAMES ? other : FRAMES - 1U;
                    sum += weights[near] * features[row + other * CHANNELS + channel];
                }
                to[row + column] = sum;
            }
        }
    }
}
