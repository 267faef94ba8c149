/* A stage of an odd prime radix, which joins transforms of `length` points by the definition of the
 * transform. */
static void fft_stage_any(float *values, uint32_t length, uint32_t radix)
{
    const uint32_t span = radix * length;
    const uint32_t step = FFT_TURN / span;
    for (uint32_t base = 0U; base < FFT_POINTS; base += span) {
        for (uint32_t point = 0U; point < length; point++) {
            float *first = &values[2U * (base + point)];
            float parts[2U * FFT_LARGEST_RADIX];
            for (uint32_t part = 0U; part < radix; part++) {
                const float *from = &first[2U * part * length];
                float re;
                float im;
                fft_turn(part * point * step, &re, &im);
                parts[2U * part] = from[0] * re - from[1] * im;
                parts[2U * part + 1U] = from[0] * im + from[1] * re;
            }
            for (uint32_t bin = 0U; bin < radix; bin++) {
                float *to = &first[2U * bin * length];
                to[0] = 0.0F;
                to[1] = 0.0F;
                for (uint32_t part = 0U; part < radix; part++) {
                    float re;
                    float im;
                    fft_turn(part * bin % radix * (FFT_TURN / radix), &re, &im);
                    to[0] += parts[2U * part] * re - parts[2U * part + 1U] * im;
                    to[1] += parts[2U * part] * im + parts[2U * part + 1U] * re;
                }
            }
        }
    }
}
