/* An emulated board: files of the host, and a timer. */
#ifndef BOARD_H_
#define BOARD_H_

#include <stdint.h>

#define HOST_READ 1U  /* "rb" */
#define HOST_WRITE 5U /* "wb" */

int32_t host_open(const char *name, uint32_t mode);
uint32_t host_read(int32_t file, void *to, uint32_t bytes);
void host_write(int32_t file, const void *from, uint32_t bytes);
void host_print(const char *text);
void host_exit(int32_t code);

/* A timer that wraps after 2^24 ticks. */
void timer_start(void);
uint32_t timer_ticks(void);

#endif
