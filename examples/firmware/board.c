/* Starts a program on an emulated Cortex-M, and lets it talk to the host by semihosting. */
#include "board.h"

extern uint32_t data_start, data_end, data_load, bss_start, bss_end, stack_top;

int main(void);

int32_t host(uint32_t operation, const void *arguments)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = arguments;
    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
    return (int32_t)r0;
}

int32_t host_open(const char *name, uint32_t mode)
{
    uint32_t length = 0;
    while (name[length] != '\0') {
        length++;
    }
    const uint32_t arguments[3] = {(uint32_t)name, mode, length};
    return host(0x01, arguments);
}

uint32_t host_read(int32_t file, void *to, uint32_t bytes)
{
    const uint32_t arguments[3] = {(uint32_t)file, (uint32_t)to, bytes};
    return bytes - (uint32_t)host(0x06, arguments);
}

void host_write(int32_t file, const void *from, uint32_t bytes)
{
    const uint32_t arguments[3] = {(uint32_t)file, (uint32_t)from, bytes};
    host(0x05, arguments);
}

void host_print(const char *text)
{
    host(0x04, text);
}

void host_exit(int32_t code)
{
    /* ADP_Stopped_ApplicationExit */
    const uint32_t arguments[2] = {0x20026, (uint32_t)code};
    host(0x20, arguments);
    for (;;) {
    }
}

#define TIMER ((volatile uint32_t *)0xE000E010)

void timer_start(void)
{
    TIMER[1] = 0xFFFFFF;
    TIMER[2] = 0;
    TIMER[0] = 5;
}

uint32_t timer_ticks(void)
{
    return 0xFFFFFF - TIMER[2];
}

void reset(void)
{
#ifdef __ARM_FP
    /* Gives access to the floating-point unit. */
    *(volatile uint32_t *)0xE000ED88 |= 0xFU << 20;
    __asm__ volatile("dsb\nisb");
#endif
    const uint32_t *from = &data_load;
    for (uint32_t *to = &data_start; to < &data_end;) {
        *to++ = *from++;
    }
    for (uint32_t *to = &bss_start; to < &bss_end;) {
        *to++ = 0;
    }
    host_exit(main());
}

static void fault(void)
{
    host_exit(99);
}

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    &stack_top, (const void *)reset, (const void *)fault, (const void *)fault,
    (const void *)fault, (const void *)fault, (const void *)fault,
};
