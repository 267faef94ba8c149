/* A program for an emulated board: it hears recording.wav as a board hears its microphone, block by
 * block, and says what a library found by a search of sound makes of it.
 *
 * docs/tutorial.md has the commands that compile and run it. */
#include "board.h"
#include "model.h"
#include "model_self_test.h"

/* A block of a driver: 20 ms. */
#define BLOCK (MODEL_RATE / 50)

/* The header of a WAV file without metadata. */
#define WAV_HEADER 44U

static model_stream stream;

static void say_number(uint32_t number)
{
    char digits[11];
    uint32_t at = sizeof digits - 1U;
    digits[at] = '\0';
    do {
        at--;
        digits[at] = (char)('0' + number % 10U);
        number /= 10U;
    } while (number > 0U);
    host_print(&digits[at]);
}

static void say_answer(uint32_t heard)
{
    model_result result;
    model_classify(&stream, &result);
    say_number(1000U * heard / MODEL_RATE);
    host_print(" ms: ");
    host_print(model_class_names[result.best]);
    host_print(", ");
    say_number((uint32_t)(100.0F * model_confidence(&result)));
    host_print(" %\n");
}

int main(void)
{
    static int16_t block[BLOCK * MODEL_CHANNELS];
    model_init(&stream);
    const int32_t file = host_open("recording.wav", HOST_READ);
    if (file < 0 || host_read(file, block, WAV_HEADER) != WAV_HEADER) {
        host_print("there is no recording.wav here\n");
        return 1;
    }
    uint32_t heard = 0U;
    for (uint32_t blocks = 1U;; blocks++) {
        const uint32_t moments =
            host_read(file, block, sizeof block) / (uint32_t)(sizeof(int16_t) * MODEL_CHANNELS);
        model_push(&stream, block, moments);
        heard += moments;
        if (moments < BLOCK) {
            break;
        }
        if (blocks % 10U == 0U) {
            say_answer(heard);
        }
    }
    say_answer(heard);
    host_print(model_self_test(&stream) == 0 ? "The self-test passed.\n" : "THE SELF-TEST FAILED.\n");
    return 0;
}
