/* A window in a ring of samples, of which `start` is the oldest. A straight line goes through the
 * first and the last sample. */
typedef struct {
    const SAMPLE *ring;
    uint32_t start;
    uint32_t channel;
    float line;
    float slope;
} clip;

/* What is beside the line at a sample of the window, for index < CLIP. A sample that is not a number
 * or larger than any sample counts as 0. */
static float clip_at(const clip *from, uint32_t index)
{
    uint32_t place = from->start + index;
    if (place >= CLIP) {
        place -= CLIP;
    }
    const float sample = from->ring[place * CHANNELS + from->channel];
    const float known = sample >= -LARGEST_SAMPLE && sample <= LARGEST_SAMPLE ? sample : 0.0F;
    return known - (from->line + from->slope * (float)index);
}

static clip clip_of(const SAMPLE *ring, uint32_t start, uint32_t channel)
{
    clip from = {ring, start, channel, 0.0F, 0.0F};
    const float first = clip_at(&from, 0U);
    const float last = clip_at(&from, CLIP - 1U);
    from.line = first;
    from.slope = CLIP > 1U ? (last - first) / (float)(CLIP - 1U) : 0.0F;
    return from;
}
