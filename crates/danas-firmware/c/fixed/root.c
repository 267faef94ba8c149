/* The square root of a number, rounded down. */
static uint32_t root_of(uint32_t number)
{
    uint32_t root = 0U;
    for (uint32_t bit = (uint32_t)1 << 30; bit > 0U; bit >>= 2) {
        if (number >= root + bit) {
            number -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
    }
    return root;
}
