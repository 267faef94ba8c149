/* Classifies each example of windows.bin, and writes the scores and ticks of each to answers.bin. The
 * type of a sample is SAMPLE. */
#include "board.h"
#include "model.h"
#include "model_self_test.h"

#ifdef MODEL_STREAM_BYTES
static model_stream state;
static SAMPLE samples[MODEL_WINDOW * MODEL_CHANNELS];
#else
static model_work state;
static SAMPLE samples[MODEL_WINDOW];
#endif

int main(void)
{
    const int32_t windows = host_open("windows.bin", HOST_READ);
    const int32_t answers = host_open("answers.bin", HOST_WRITE);
    if (windows < 0 || answers < 0) {
        return 98;
    }
#ifdef MODEL_STREAM_BYTES
    model_init(&state);
#endif
    while (host_read(windows, samples, sizeof samples) == sizeof samples) {
        model_result result;
#ifdef MODEL_STREAM_BYTES
        model_push(&state, samples, MODEL_WINDOW);
        timer_start();
        model_classify(&state, &result);
#else
        timer_start();
        model_run(&state, samples, &result);
#endif
        const uint32_t ticks = timer_ticks();
        host_write(answers, result.scores, sizeof result.scores);
        host_write(answers, &ticks, sizeof ticks);
    }
    return model_self_test(&state);
}
