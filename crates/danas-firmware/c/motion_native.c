/* A window in a ring of samples, of which `start` is the oldest. */
typedef struct {
    const SAMPLE *ring;
    uint32_t start;
    uint32_t channel;
} clip;

/* A sample of the window, for index < CLIP; 0 if it is not a number or larger than any sample. */
static float clip_at(const clip *from, uint32_t index)
{
    uint32_t place = from->start + index;
    if (place >= CLIP) {
        place -= CLIP;
    }
    const float sample = from->ring[place * CHANNELS + from->channel];
    return sample >= -LARGEST_SAMPLE && sample <= LARGEST_SAMPLE ? sample : 0.0F;
}

static clip clip_of(const SAMPLE *ring, uint32_t start, uint32_t channel)
{
    const clip from = {ring, start, channel};
    return from;
}
