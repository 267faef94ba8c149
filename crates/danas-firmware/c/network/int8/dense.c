/* A dense layer, or a convolution with a window of a single place, which is a dense layer over the
 * channels of each pixel. Weights are in the order output, input. Two outputs are computed at a
 * time. */
struct net_dense {
    int32_t pixels, inputs, outputs;
    struct net_layer layer;
};

static void net_connect(const struct net_dense *dense, const int8_t *input, int8_t *output)
{
    const struct net_layer *layer = &dense->layer;
    for (int32_t pixel = 0; pixel < dense->pixels; pixel++) {
        const int8_t *weights = layer->weights;
        for (int32_t index = 0; index < dense->outputs; index += 2) {
            int32_t other = index + 1 < dense->outputs; /* an odd last output is its own pair */
            uint32_t sums[2] = {(uint32_t)layer->bias[index],
                                (uint32_t)layer->bias[index + other]};
            net_add_products(sums, input, layer->input_zero, weights, other * dense->inputs,
                             dense->inputs);
            weights += 2 * dense->inputs;
            *output++ = net_output(layer, index, sums[0]);
            if (other) {
                *output++ = net_output(layer, index + 1, sums[1]);
            }
        }
        input += dense->inputs;
    }
}
