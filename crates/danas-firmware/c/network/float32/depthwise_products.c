/* Adds the products of a row of a window to the sum of a channel. Values and weights of a channel
 * are `channels` apart. */
static float net_add_depthwise(float sum, const float *values, const float *weights,
                               int32_t channels, int32_t columns)
{
    for (; columns > 0; columns--) {
        sum += *values * *weights;
        values += channels;
        weights += channels;
    }
    return sum;
}
