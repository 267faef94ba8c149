/* A clip in a ring of samples, of which `start` is the oldest. */
typedef struct {
    const SAMPLE *ring;
    uint32_t start;
    uint32_t channel;
} clip;

/* A sample of the clip, for index < CLIP. The largest magnitude of a sample stands for 1. */
static float clip_at(const clip *from, uint32_t index)
{
    uint32_t place = from->start + index;
    if (place >= CLIP) {
        place -= CLIP;
    }
    return (float)from->ring[place * CHANNELS + from->channel] * (1.0F / FULL_SCALE);
}
