/* Replaces each value by its sigmoid. Below -9, TensorFlow Lite Micro takes the exponential instead,
 * which is larger by at most 2e-8. */
static void net_sigmoid(float *values, int32_t count)
{
    for (int32_t index = 0; index < count; index++) {
        values[index] = 1.0f / (1.0f + expf(-values[index]));
    }
}
