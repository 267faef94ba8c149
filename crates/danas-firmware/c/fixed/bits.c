/* The number of bits that numbers need beside their sign, from the joined bits of their magnitudes. */
static int32_t bits_of(uint32_t mask)
{
    int32_t bits = 0;
    while (mask != 0U) {
        bits++;
        mask >>= 1;
    }
    return bits;
}

static uint32_t magnitude_of(int32_t number)
{
    return (uint32_t)(number < 0 ? -number : number);
}
