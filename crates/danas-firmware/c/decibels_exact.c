/* Power in decibels: 10 log10 of at least POWER_FLOOR. */
static float decibels(float power)
{
    return 10.0F * log10f(power > POWER_FLOOR ? power : POWER_FLOOR);
}
