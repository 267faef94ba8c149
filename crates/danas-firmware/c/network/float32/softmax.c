/* The softmax. */
static void net_soften(float *values, int32_t classes)
{
    float largest = values[0];
    for (int32_t index = 1; index < classes; index++) {
        largest = values[index] > largest ? values[index] : largest;
    }
    float sum = 0.0f;
    for (int32_t index = 0; index < classes; index++) {
        values[index] = expf(values[index] - largest);
        sum += values[index];
    }
    for (int32_t index = 0; index < classes; index++) {
        values[index] /= sum;
    }
}
