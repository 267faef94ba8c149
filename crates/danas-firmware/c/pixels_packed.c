/* The feature of a value of the frame, from 0 to 1. The first value of a byte is in its highest
 * bits. */
static float pixel_feature(const SAMPLE *frame, uint32_t index)
{
    const uint32_t per_byte = 8U / BITS;
    const uint32_t shift = (per_byte - 1U - index % per_byte) * BITS;
    const uint32_t value = ((uint32_t)frame[index / per_byte] >> shift) & ((1U << BITS) - 1U);
    return (float)value / LARGEST;
}
