/* The sound that features are computed from: the clip, and silence beyond its ends. */
typedef clip sound;

static float sound_at(const sound *from, int32_t index)
{
    return index < 0 || index >= (int32_t)CLIP ? 0.0F : clip_at(from, (uint32_t)index);
}
