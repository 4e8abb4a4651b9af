/* SPDX-License-Identifier: Apache-2.0 */
/* The time that deadlines are kept by. */
#ifndef PML_SERVER_CLOCK_H
#define PML_SERVER_CLOCK_H

#include <stdint.h>
#include <time.h>

#define PML_NS_PER_S INT64_C(1000000000)
#define PML_NS_PER_MS INT64_C(1000000)

/* For what has no end. */
#define PML_NEVER_NS INT64_MAX

/* Nanoseconds since some moment in the past; never goes back. */
static inline int64_t pml_server_now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * PML_NS_PER_S + now.tv_nsec;
}

#endif
