/* The samples that frames are made of. */
typedef clip frame_source;

static float frame_source_at(const frame_source *from, int32_t index)
{
    return sample_at(from, index);
}
