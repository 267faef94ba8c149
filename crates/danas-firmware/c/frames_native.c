/* The samples that frames are made of: the clip, and silence beyond its ends. */
typedef clip frame_source;

static float frame_source_at(const frame_source *from, int32_t index)
{
    return index < 0 || index >= (int32_t)CLIP ? 0.0F : clip_at(from, (uint32_t)index);
}
