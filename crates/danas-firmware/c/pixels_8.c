/* The feature of a value of the frame, from 0 to 1. */
static float pixel_feature(const SAMPLE *frame, uint32_t index)
{
    return (float)frame[index] / LARGEST;
}
