/* A coefficient: a weighted sum of levels. A product has 31 bits. Its halves are summed on their own,
 * so that either sum has 32 bits. */
static int32_t coefficient_of(const int32_t *level, const int16_t *weight)
{
    int32_t high = 0;
    int32_t low = 0;
    for (const int32_t *end = level + LEVELS; level < end; level++) {
        const int32_t product = *level * *weight;
        weight++;
        high += product >> 16;
        low += product & 0xFFFF;
    }
    const int64_t sum = (int64_t)high * 0x10000 + low;
    return (int32_t)((sum + ((int64_t)1 << (CEPSTRUM_SHIFT - 1U))) >> CEPSTRUM_SHIFT);
}

/* Replaces the levels of each frame by cepstral coefficients: a cosine transform, for which `work`
 * holds the levels of one frame with 10 fraction bits. */
static void to_cepstra(int32_t *features, int32_t *work)
{
    for (uint32_t column = 0U; column < COLUMNS; column++) {
        int32_t *to = &features[column];
        for (uint32_t band = 0U; band < LEVELS; band++) {
            work[band] = (to[band * COLUMNS] + 0x20) >> 6;
        }
        for (uint32_t row = 0U; row < NORMALISED; row++) {
            *to = coefficient_of(work, &cosines[row * LEVELS]);
            to += COLUMNS;
        }
    }
}
