/* The weight of a sample of a frame: that of the window, and 0 beside it. */
static float frame_weight(uint32_t index)
{
    const uint32_t place = index - WINDOW_FIRST;
    if (place >= WINDOW_LENGTH) {
        return 0.0F;
    }
    return window_weights[place > WINDOW_LENGTH / 2U ? WINDOW_LENGTH - place : place];
}
