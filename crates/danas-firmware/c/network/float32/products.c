/* Adds the products of some values with two rows of weights to two sums. Each value is loaded only
 * once for both. The second row begins `distance` weights after the first. */
static void net_add_products(float sums[2], const float *values, const float *weights,
                             int32_t distance, int32_t count)
{
    const float *others = weights + distance;
    float first = sums[0];
    float second = sums[1];
    for (; count > 0; count--) {
        float value = *values++;
        first += value * *weights++;
        second += value * *others++;
    }
    sums[0] = first;
    sums[1] = second;
}
