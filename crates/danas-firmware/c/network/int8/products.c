/* Adds the products of some values with two rows of weights to two sums. Each value is loaded only
 * once for both. The second row begins `distance` weights after the first. */
static void net_add_products(uint32_t sums[2], const int8_t *values, const int8_t *weights,
                             int32_t distance, int32_t count)
{
    const int8_t *others = weights + distance;
    uint32_t first = sums[0];
    uint32_t second = sums[1];
    for (; count > 0; count--) {
        int32_t value = *values++;
        first += (uint32_t)(value * *weights++);
        second += (uint32_t)(value * *others++);
    }
    sums[0] = first;
    sums[1] = second;
}
