/* A sample at the lower rate: what is beside the line is filtered. */
static float lowered_at(const clip *from, int32_t index)
{
    const float time = (float)index * ((float)RATE_FROM / (float)RATE_TO);
    return decimated_at(from, index) + (from->line + from->slope * time);
}
