/* The nearest integer of the network's input, halves away from zero; 0 for NaN. */
static int8_t quantised(float value)
{
    const float scaled = value / INPUT_SCALE;
    if (scaled != scaled) {
        return 0;
    }
    const float limited = scaled > 512.0F ? 512.0F : scaled < -512.0F ? -512.0F : scaled;
    int32_t integer = (int32_t)limited;
    const float rest = limited - (float)integer;
    if (rest >= 0.5F) {
        integer++;
    } else if (rest <= -0.5F) {
        integer--;
    }
    integer += INPUT_ZERO_POINT;
    return (int8_t)(integer > 127 ? 127 : integer < -128 ? -128 : integer);
}
