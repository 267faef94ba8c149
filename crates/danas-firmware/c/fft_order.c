/* Fourier transform of one frame: complex, in place, decimation in time with radices 4, 2 and any
 * other prime. Before it, the values are stored where the transform expects them (see fft_next), so
 * that it needs no second buffer. */

/* Position of the values in the order in which they are stored. */
typedef struct {
    uint32_t place;
    uint16_t digits[FFT_STAGES];
} fft_order;

/* Moves on to the position of the next value: a counter whose digits are those of the radices, read
 * in reverse. */
static void fft_next(fft_order *order)
{
    for (uint32_t stage = FFT_STAGES; stage-- > 0U;) {
        const uint32_t radix = fft_radices[stage];
        const uint32_t weight = fft_weights[stage];
        order->place += weight;
        order->digits[stage]++;
        if (order->digits[stage] < radix) {
            return;
        }
        order->digits[stage] = 0U;
        order->place -= weight * radix;
    }
}
