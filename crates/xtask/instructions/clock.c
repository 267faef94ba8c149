/* Counts executed instructions with the timer of an emulated board.
 *
 * QEMU executes an instruction in each nanosecond, and the timer ticks every 31.25 or 40 of them. What is
 * left of the last tick is found like with a vernier: a loop of four instructions waits for the next
 * tick, and its rounds are counted. */
#include "clock.h"

#include "board.h"

#define ROUNDS 100000U

/* The current value of the timer, which counts down. */
#define NOW ((volatile uint32_t *)0xE000E018)

static uint32_t quarters; /* quarters of instructions in a tick */
static int32_t nothing;   /* instructions between start and stop themselves */
static uint32_t begin;

/* Executes 2 * ROUNDS instructions. */
static void spin(void)
{
    uint32_t left = ROUNDS;
    __asm__ volatile(".syntax unified\n1: subs %0, #1\n bne 1b" : "+l"(left) : : "cc");
}

/* Waits until the timer is not at `now`, and returns the number of instructions until then. */
static __attribute__((noinline)) int32_t wait(uint32_t now)
{
    uint32_t next;
    int32_t rounds = 0;
    __asm__ volatile(".syntax unified\n1: ldr %0, [%2]\n adds %1, #1\n cmp %0, %3\n beq 1b"
                     : "=&l"(next), "+l"(rounds)
                     : "l"(NOW), "l"(now)
                     : "cc", "memory");
    return 4 * rounds;
}

void clock_prepare(void)
{
    timer_start();
    wait(*NOW);
    uint32_t first = timer_ticks();
    spin();
    uint32_t ticks = timer_ticks() - first;
    quarters = (8U * ROUNDS + ticks / 2) / ticks;
    nothing = 0;
    int32_t sum = 0;
    for (int32_t i = 0; i < 16; i++) {
        clock_start();
        sum += (int32_t)clock_stop();
    }
    nothing = sum / 16;
}

void clock_start(void)
{
    timer_start();
    wait(*NOW);
    begin = *NOW;
}

uint32_t clock_stop(void)
{
    uint32_t now = *NOW;
    int32_t left = wait(now);
    uint32_t ticks = begin - now;
    int32_t count = (int32_t)((uint64_t)(ticks + 1U) * quarters / 4U) - left - nothing;
    return count > 0 ? (uint32_t)count : 0;
}
