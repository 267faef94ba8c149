/* Turns a complex number by some steps, of which there are FFT_TURN in a turn. */
static void fft_turn(int32_t *value, uint32_t index)
{
    if (FFT_TURN % 2U == 0U && index == FFT_TURN / 2U) {
        value[0] = -value[0];
        value[1] = -value[1];
    } else if (index != 0U) {
        int32_t angle[2];
        fft_angle(index, angle);
        fft_product(value, angle[0], angle[1]);
    }
}

/* A stage of an odd prime radix, which joins transforms of `length` points by the definition of the
 * transform. */
static void fft_stage_any(int32_t *values, uint32_t length, uint32_t radix)
{
    const uint32_t span = radix * length;
    const uint32_t step = FFT_TURN / span;
    for (uint32_t base = 0U; base < FFT_POINTS; base += span) {
        for (uint32_t point = 0U; point < length; point++) {
            int32_t *first = &values[2U * (base + point)];
            int32_t parts[2U * FFT_LARGEST_RADIX];
            for (uint32_t part = 0U; part < radix; part++) {
                parts[2U * part] = first[2U * part * length];
                parts[2U * part + 1U] = first[2U * part * length + 1U];
                fft_turn(&parts[2U * part], part * point * step);
            }
            for (uint32_t bin = 0U; bin < radix; bin++) {
                int32_t *to = &first[2U * bin * length];
                to[0] = 0;
                to[1] = 0;
                for (uint32_t part = 0U; part < radix; part++) {
                    int32_t turned[2] = {parts[2U * part], parts[2U * part + 1U]};
                    fft_turn(turned, part * bin % radix * (FFT_TURN / radix));
                    to[0] += turned[0];
                    to[1] += turned[1];
                }
            }
        }
    }
}
