/* Takes the mean of each channel. The output may begin where the input begins. */
static void net_average(int32_t pixels, int32_t channels, const float *input, float *output)
{
    for (int32_t channel = 0; channel < channels; channel++) {
        const float *value = input + channel;
        float sum = 0.0f;
        for (int32_t pixel = 0; pixel < pixels; pixel++) {
            sum += *value;
            value += channels;
        }
        output[channel] = sum / (float)pixels;
    }
}
