/* Classifies each window of windows.bin, and writes the scores and ticks of each to answers.bin. */
#include "board.h"
#include "model.h"
#include "model_self_test.h"

static model_stream stream;
static int16_t samples[MODEL_WINDOW * MODEL_CHANNELS];

int main(void)
{
    const int32_t windows = host_open("windows.bin", HOST_READ);
    const int32_t answers = host_open("answers.bin", HOST_WRITE);
    if (windows < 0 || answers < 0) {
        return 98;
    }
    model_init(&stream);
    while (host_read(windows, samples, sizeof samples) == sizeof samples) {
        model_result result;
        model_push(&stream, samples, MODEL_WINDOW);
        timer_start();
        model_classify(&stream, &result);
        const uint32_t ticks = timer_ticks();
        host_write(answers, result.scores, sizeof result.scores);
        host_write(answers, &ticks, sizeof ticks);
    }
    return model_self_test(&stream);
}
