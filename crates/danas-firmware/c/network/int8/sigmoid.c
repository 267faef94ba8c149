/* Replaces each value by its sigmoid, which a table holds for all values from -128 on. */
static void net_sigmoid(const int8_t table[256], int8_t *values, int32_t count)
{
    for (int32_t index = 0; index < count; index++) {
        values[index] = table[values[index] - INT8_MIN];
    }
}
