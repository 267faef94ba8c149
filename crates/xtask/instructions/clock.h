/* Counts executed instructions with the timer of an emulated board. */
#ifndef CLOCK_H_
#define CLOCK_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Finds how many instructions a tick of the timer takes. It must be called once. */
void clock_prepare(void);

/* Begins to count. */
void clock_start(void);

/* Returns the number of instructions since clock_start, to within a few, and at most 2^24 ticks. */
uint32_t clock_stop(void);

#ifdef __cplusplus
}
#endif

#endif
