/* The feature of a channel of a pixel, from 0 to 1: 5 bits of red, 6 of green and 5 of blue. */
static float pixel_feature(const SAMPLE *frame, uint32_t index)
{
    const uint32_t pixel = frame[index / CHANNELS];
    switch (index % CHANNELS) {
    case 0U:
        return (float)(pixel >> 11) / 31.0F;
    case 1U:
        return (float)((pixel >> 5) & 63U) / 63.0F;
    default:
        return (float)(pixel & 31U) / 31.0F;
    }
}
