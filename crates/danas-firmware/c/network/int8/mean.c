/* Takes the mean of each channel. The output may begin where the input begins. */
struct net_mean {
    int32_t pixels, channels;
    int32_t start;           /* beginning of each sum: minus the zero points of all inputs */
    int32_t mantissa, shift; /* factor from a sum to an output: mantissa * 2^(shift - 31) */
    int32_t output_zero;
};

static void net_average(const struct net_mean *mean, const int8_t *input, int8_t *output)
{
    for (int32_t channel = 0; channel < mean->channels; channel++) {
        const int8_t *value = input + channel;
        uint32_t sum = (uint32_t)mean->start;
        for (int32_t pixel = 0; pixel < mean->pixels; pixel++) {
            int32_t integer = *value;
            sum += (uint32_t)integer;
            value += mean->channels;
        }
        int32_t scaled = net_scaled(sum, mean->mantissa, mean->shift);
        output[channel] = net_clamped(scaled, mean->output_zero, INT8_MIN, INT8_MAX);
    }
}
