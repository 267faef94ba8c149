/* The samples that frames are made of: the clip, and silence beyond its ends. */
typedef clip frame_source;

static int32_t frame_source_at(const frame_source *from, int32_t index)
{
    /* A negative index is larger than any other without a sign. */
    return (uint32_t)index < CLIP ? clip_at(from, (uint32_t)index) : 0;
}
