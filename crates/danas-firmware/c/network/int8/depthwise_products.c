/* Adds the products of a row of a window to the sums of one or four channels. `zero` is subtracted
 * from the values. Values and weights of a channel are `channels` apart. */
static void net_add_depthwise(uint32_t sums[4], const int8_t *values, int32_t zero,
                              const int8_t *weights, int32_t channels, int32_t columns,
                              int32_t group)
{
    if (group == 1) {
        for (; columns > 0; columns--) {
            sums[0] += (uint32_t)((*values - zero) * *weights);
            values += channels;
            weights += channels;
        }
        return;
    }
    uint32_t first = sums[0];
    uint32_t second = sums[1];
    uint32_t third = sums[2];
    uint32_t fourth = sums[3];
    for (; columns > 0; columns--) {
        first += (uint32_t)((values[0] - zero) * weights[0]);
        second += (uint32_t)((values[1] - zero) * weights[1]);
        third += (uint32_t)((values[2] - zero) * weights[2]);
        fourth += (uint32_t)((values[3] - zero) * weights[3]);
        values += channels;
        weights += channels;
    }
    sums[0] = first;
    sums[1] = second;
    sums[2] = third;
    sums[3] = fourth;
}
