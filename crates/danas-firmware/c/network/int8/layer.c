/* The numbers of a convolution or dense layer. A sum of products wraps around at 32 bits, so it is
 * unsigned. */
struct net_layer {
    const int8_t *weights;
    const int32_t *bias;
    const int32_t *mantissas; /* factors from sums to outputs: mantissa * 2^(shift - 31) */
    const int8_t *shifts;
    int32_t scale_step;       /* 1 if each output has a factor, 0 if all share one */
    int32_t input_zero, output_zero; /* integers that stand for 0 */
    int32_t least, most;      /* limits of the outputs */
};

static int8_t net_output(const struct net_layer *layer, int32_t output, uint32_t sum)
{
    int32_t scale = output * layer->scale_step;
    int32_t value = net_scaled(sum, layer->mantissas[scale], layer->shifts[scale]);
    return net_clamped(value, layer->output_zero, layer->least, layer->most);
}
