/* The softmax.
 *
 * A number in Q n has n bits before the binary point, not counting the sign. Numbers in Q 0 have
 * INT32_MAX in place of 1. Names and steps are those of TensorFlow Lite Micro's reference kernel
 * and of gemmlowp, whose integers these are. */
struct net_softmax {
    int32_t classes;
    int32_t mantissa, shift; /* factor from differences of inputs to Q 5 */
    int32_t radius;          /* largest difference that counts */
};

/* Returns e^x in Q 0, for x from -1/4 to 0 in Q 0, by a Taylor series around -1/8. */
static int32_t net_exp_near_an_eighth(int32_t x)
{
    const int32_t exp_of_minus_an_eighth = INT32_C(1895147668);
    const int32_t a_third = INT32_C(715827883);
    x += INT32_C(1) << 28;
    int32_t x2 = net_product(x, x);
    int32_t x3 = net_product(x2, x);
    int32_t x4 = net_product(x2, x2);
    int32_t higher = net_halved(net_product(net_halved(x4, 2) + x3, a_third) + x2, 1);
    return exp_of_minus_an_eighth + net_product(exp_of_minus_an_eighth, x + higher);
}

/* Returns e^x in Q 0, for x <= 0 in Q 5. */
static int32_t net_exp(int32_t x)
{
    /* e^-(2^k) in Q 0, for k from -2 to 4 */
    static const int32_t powers[7] = {1672461947, 1302514674, 790015084, 290630308,
                                      39332535,   720401,     242};
    const int32_t quarter = INT32_C(1) << 24;
    if (x == 0) {
        return INT32_MAX;
    }
    /* x is the sum of a number from -1/4 to 0 and a multiple of -1/4. */
    int32_t near = (x & (quarter - 1)) - quarter;
    uint32_t far = (uint32_t)near - (uint32_t)x;
    int32_t result = net_exp_near_an_eighth(near * 32); /* from Q 5 to Q 0 */
    for (int32_t power = 0; power < 7; power++) {
        if ((far >> (24 + power)) & 1) {
            result = net_product(result, powers[power]);
        }
    }
    return result;
}

/* Returns 1 / (1 + x) in Q 0, for x from 0 to 1 in Q 0, by Newton's division. */
static int32_t net_one_over_one_plus(int32_t x)
{
    const int32_t forty_eight_17ths = INT32_C(1515870810);         /* in Q 2 */
    const int32_t minus_thirty_two_17ths = INT32_C(-1010580540);   /* in Q 2 */
    const int32_t one = INT32_C(1) << 29;                          /* in Q 2 */
    int32_t half_denominator = (int32_t)(((uint32_t)x + (UINT32_C(1) << 31)) >> 1);
    int32_t inverse = forty_eight_17ths + net_product(half_denominator, minus_thirty_two_17ths);
    for (int32_t step = 0; step < 3; step++) {
        int32_t rest = one - net_product(half_denominator, inverse);
        inverse += net_product(inverse, rest) * 4; /* from Q 4 to Q 2 */
    }
    /* Half of the inverse, from Q 2 to Q 0. It is too large only if it is 1. */
    return inverse < INT32_C(1) << 30 ? inverse * 2 : INT32_MAX;
}

static void net_soften(const struct net_softmax *softmax, int8_t *values)
{
    int32_t largest = INT8_MIN;
    for (int32_t index = 0; index < softmax->classes; index++) {
        largest = values[index] > largest ? values[index] : largest;
    }
    int32_t sum = 0; /* in Q 12 */
    for (int32_t index = 0; index < softmax->classes; index++) {
        int32_t below = values[index] - largest;
        if (below >= -softmax->radius) {
            sum += net_halved(
                net_exp(net_scaled((uint32_t)below, softmax->mantissa, softmax->shift)), 12);
        }
    }
    /* The sum is 2^(12 - headroom) * (1 + x). */
    int32_t headroom = 0;
    uint32_t fraction = (uint32_t)sum;
    while (fraction < UINT32_C(1) << 31) {
        fraction <<= 1;
        headroom++;
    }
    int32_t inverse = net_one_over_one_plus((int32_t)(fraction - (UINT32_C(1) << 31)));
    int32_t times = 12 - headroom + 31 - 8; /* to probabilities with 8 bits */
    for (int32_t index = 0; index < softmax->classes; index++) {
        int32_t below = values[index] - largest;
        int32_t probability = 0;
        if (below >= -softmax->radius) {
            int32_t exponential =
                net_exp(net_scaled((uint32_t)below, softmax->mantissa, softmax->shift));
            /* With very many classes, the reference divides by 2^32 or more, and rounds up. */
            probability = times > 31 ? 1 : net_halved(net_product(inverse, exponential), times);
        }
        values[index] = net_clamped(probability, INT8_MIN, INT8_MIN, INT8_MAX);
    }
}
