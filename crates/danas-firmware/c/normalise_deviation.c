/* Subtracts the mean of each row and divides by its standard deviation. */
static void normalise_row(float *row)
{
    float sum = 0.0F;
    for (uint32_t frame = 0U; frame < FRAMES; frame++) {
        sum += row[frame * CHANNELS] - row[0];
    }
    const float mean = row[0] + sum / (float)FRAMES;
    float squares = 0.0F;
    for (uint32_t frame = 0U; frame < FRAMES; frame++) {
        row[frame * CHANNELS] -= mean;
        squares += row[frame * CHANNELS] * row[frame * CHANNELS];
    }
    const float deviation = sqrtf(squares / (float)FRAMES);
    const float divisor = deviation > LEAST_DEVIATION ? deviation : LEAST_DEVIATION;
    for (uint32_t frame = 0U; frame < FRAMES; frame++) {
        row[frame * CHANNELS] /= divisor;
    }
}
