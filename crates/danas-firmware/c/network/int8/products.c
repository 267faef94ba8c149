/* The inner loop of convolutions and dense layers.
 *
 * Processors with Arm's DSP instructions multiply four values by four weights at a time. */
#if defined(__ARM_FEATURE_DSP) && defined(__ARM_FEATURE_SIMD32)
#include <arm_acle.h>
#include <string.h>

static uint32_t net_four(const int8_t *bytes)
{
    uint32_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/* Adds the products of four values, given as those with even and with odd positions, with four
 * weights. */
static uint32_t net_add_four(uint32_t sum, int16x2_t even, int16x2_t odd, const int8_t *bytes)
{
    uint32_t weights = net_four(bytes);
    int32_t total = __smlad(even, __sxtb16((int8x4_t)weights), (int32_t)sum);
    return (uint32_t)__smlad(odd, __sxtb16((int8x4_t)(weights >> 8)), total);
}
#endif

/* Adds the products of some values with two rows of weights to two sums. `zero` is subtracted from
 * the values. Each value is loaded only once for both sums. The second row begins `distance`
 * weights after the first. */
static void net_add_products(uint32_t sums[2], const int8_t *values, int32_t zero,
                             const int8_t *weights, int32_t distance, int32_t count)
{
    const int8_t *others = weights + distance;
    uint32_t first = sums[0];
    uint32_t second = sums[1];
    int32_t index = 0;
#if defined(__ARM_FEATURE_DSP) && defined(__ARM_FEATURE_SIMD32)
    int16x2_t minus_zeros = (int16x2_t)(((uint32_t)-zero & 0xFFFF) * 0x10001);
    for (; index + 4 <= count; index += 4) {
        uint32_t bytes = net_four(values + index);
        int16x2_t even = __sxtab16(minus_zeros, (int8x4_t)bytes);
        int16x2_t odd = __sxtab16(minus_zeros, (int8x4_t)(bytes >> 8));
        first = net_add_four(first, even, odd, weights + index);
        second = net_add_four(second, even, odd, others + index);
    }
#endif
    for (; index < count; index++) {
        int32_t value = values[index] - zero;
        first += (uint32_t)(value * weights[index]);
        second += (uint32_t)(value * others[index]);
    }
    sums[0] = first;
    sums[1] = second;
}
