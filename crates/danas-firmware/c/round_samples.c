/* Rounds a sample to DEPTH bits, halves to the even number. */
static float rounded_sample(float sample)
{
    const float scale = (float)(1L << (DEPTH - 1));
    float scaled = sample * scale;
    if (scaled > scale - 1.0F) {
        scaled = scale - 1.0F;
    } else if (scaled < -scale) {
        scaled = -scale;
    }
    int32_t whole = (int32_t)scaled;
    const float rest = scaled - (float)whole;
    if (rest > 0.5F || (rest == 0.5F && whole % 2 != 0)) {
        whole++;
    } else if (rest < -0.5F || (rest == -0.5F && whole % 2 != 0)) {
        whole--;
    }
    return (float)whole / scale;
}
