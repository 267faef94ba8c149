/* The product of a number of at most 30 bits and a sign with a weight in 32768ths from -1 to 1, by two
 * products of 32 bits. */
static int32_t scaled(int32_t number, int32_t weight)
{
    return (number >> 15) * weight + (((number & 0x7FFF) * weight) >> 15);
}
