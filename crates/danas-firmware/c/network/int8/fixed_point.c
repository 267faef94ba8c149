/* Fixed-point arithmetic, rounded as in TensorFlow Lite Micro's reference kernels.
 *
 * C leaves two things to the compiler that all of them do in the same way: a number that does not
 * fit into an int32_t keeps its 32 low bits, and a right shift keeps the sign. */
typedef char net_needs_twos_complement[(int32_t)UINT32_MAX == -1 && (-3 >> 1) == -2 ? 1 : -1];

/* Returns a * b / 2^31, with halves rounded up. One of them must not be INT32_MIN. */
static int32_t net_product(int32_t a, int32_t b)
{
    return (int32_t)(((int64_t)a * b + (INT32_C(1) << 30)) >> 31);
}

/* Returns value / 2^times, with halves rounded away from zero. `times` is from 0 to 31. */
static int32_t net_halved(int32_t value, int32_t times)
{
    int32_t mask = (int32_t)((UINT32_C(1) << times) - 1);
    int32_t threshold = (mask >> 1) + (value < 0);
    return (value >> times) + ((value & mask) > threshold);
}

/* Returns sum * mantissa * 2^(shift - 31), rounded twice. A mantissa is never negative. */
static int32_t net_scaled(uint32_t sum, int32_t mantissa, int32_t shift)
{
    int32_t value = (int32_t)(shift > 0 ? sum << shift : sum);
    value = net_product(value, mantissa);
    return shift < 0 ? net_halved(value, -shift) : value;
}

/* Returns value + zero, but not less than `least` or more than `most`. */
static int8_t net_clamped(int32_t value, int32_t zero, int32_t least, int32_t most)
{
    value = value < least - zero ? least - zero : value;
    value = value > most - zero ? most - zero : value;
    return (int8_t)(value + zero);
}
