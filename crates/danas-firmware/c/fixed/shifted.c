/* A number with more or, if `shift` is negative, fewer fraction bits, rounded. */
static int32_t shifted(int32_t number, int32_t shift)
{
    if (shift >= 0) {
        return (int32_t)((uint32_t)number << shift);
    }
    return (number + ((int32_t)1 << (-shift - 1))) >> -shift;
}
