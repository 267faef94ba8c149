/* Subtracts the mean of each row. */
static void normalise_row(float *row)
{
    float sum = 0.0F;
    for (uint32_t frame = 0U; frame < FRAMES; frame++) {
        sum += row[frame * CHANNELS] - row[0];
    }
    const float mean = row[0] + sum / (float)FRAMES;
    for (uint32_t frame = 0U; frame < FRAMES; frame++) {
        row[frame * CHANNELS] -= mean;
    }
}
