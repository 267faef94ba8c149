/* The level of an energy, of which the logarithm of the unit is known. Less than one unit counts as
 * one, so that a weak bin of a loud frame does not fall to the floor. */
static int32_t level_of(uint64_t energy, int32_t unit)
{
    const int32_t level = log2_of(energy) / LOGARITHM_DIVISOR + unit + LEVEL_OFFSET;
    return level > LEVEL_FLOOR ? level : LEVEL_FLOOR;
}
