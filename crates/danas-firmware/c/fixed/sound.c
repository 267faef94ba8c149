/* A clip in a ring of samples, of which `start` is the oldest. */
typedef struct {
    const SAMPLE *ring;
    uint32_t start;
    uint32_t channel;
} clip;

/* A sample of the clip, for index < CLIP. 32768 stands for full scale. */
static int32_t clip_at(const clip *from, uint32_t index)
{
    uint32_t place = from->start + index;
    if (place >= CLIP) {
        place -= CLIP;
    }
    return (int32_t)from->ring[place * CHANNELS + from->channel] * SAMPLE_STEP;
}
