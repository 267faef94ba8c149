/* The numbers of a convolution or dense layer.
 *
 * Products are added one by one in the order row, column, channel, and the bias at last, as
 * TensorFlow Lite Micro's reference kernels do. */
struct net_layer {
    const float *weights;
    const float *bias;
    int32_t relu; /* 1 if outputs below 0 become 0 */
};

static float net_output(const struct net_layer *layer, int32_t output, float sum)
{
    float value = sum + layer->bias[output];
    return layer->relu && value < 0.0f ? 0.0f : value;
}
