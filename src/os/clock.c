#include "os/clock.h"

#include <time.h>

usec_t clock_now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (usec_t)t.tv_sec * SEC + (usec_t)t.tv_nsec / 1000;
}

struct wall clock_wall(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_REALTIME, &t);
    return (struct wall){(int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000};
}

void clock_sleep(usec_t for_so_long)
{
    const struct timespec t = {(time_t)(for_so_long / SEC), (long)(for_so_long % SEC * 1000)};

    (void)nanosleep(&t, NULL);
}
