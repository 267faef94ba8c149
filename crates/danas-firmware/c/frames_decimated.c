/* The samples that frames are made of: the part of the decimated clip in which a frame lies. */
typedef struct {
    clip native;
    int32_t first;
    float *part;
} frame_source;

/* First sample of a part that holds nothing. */
#define NO_PART (-0x40000000)

static float frame_source_at(const frame_source *from, int32_t index)
{
    return from->part[index - from->first];
}

/* Moves the part on to another first sample. Samples that it already holds are not computed again. */
static void frame_source_move(frame_source *to, int32_t first)
{
    const int32_t step = first - to->first;
    for (int32_t index = 0; index < (int32_t)FRAME_LENGTH; index++) {
        const int32_t known = index + step;
        to->part[index] = known < (int32_t)FRAME_LENGTH ? to->part[known]
                                                        : LOWERED(&to->native, first + index);
    }
    to->first = first;
}
