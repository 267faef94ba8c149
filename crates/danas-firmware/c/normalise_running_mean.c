/* Subtracts from each value of a row a mean that follows the row with a time constant. */
static void normalise_row(float *row)
{
    float mean = row[0];
    for (uint32_t frame = 0U; frame < FRAMES; frame++) {
        mean += SMOOTHING * (row[frame * CHANNELS] - mean);
        row[frame * CHANNELS] -= mean;
    }
}
