/* Rounds a sample to DEPTH bits, halves to the even number, and limits it to what they can hold. The
 * lowest DEPTH_SHIFT bits become 0. */
static int32_t rounded_sample(int32_t sample)
{
    const int32_t half = ((int32_t)1 << (DEPTH_SHIFT - 1U)) - 1 + ((sample >> DEPTH_SHIFT) & 1);
    const int32_t largest = ((int32_t)1 << (DEPTH - 1U)) - 1;
    int32_t rounded = (sample + half) >> DEPTH_SHIFT;
    rounded = rounded > largest ? largest : rounded < -largest - 1 ? -largest - 1 : rounded;
    return rounded * ((int32_t)1 << DEPTH_SHIFT);
}
