/* SPDX-License-Identifier: Apache-2.0 */
/* The time-stamp counter of x86-64. */
#include "base/ticks.h"

#include "base/atomic.h"

#include <cpuid.h>

/* CPUID's leaf on power management, and its bit that promises an invariant counter. */
#define POWER_LEAF 0x80000007u
#define INVARIANT_COUNTER (1u << 8)

enum { UNASKED, STEADY, UNSTEADY };

static int ask_cpu(void)
{
    unsigned eax = 0;
    unsigned ebx = 0;
    unsigned ecx = 0;
    unsigned edx = 0;
    bool is_known = __get_cpuid(POWER_LEAF, &eax, &ebx, &ecx, &edx) != 0;
    return is_known && (edx & INVARIANT_COUNTER) != 0 ? STEADY : UNSTEADY;
}

bool pml_ticks_are_steady(void)
{
    static _Atomic int answer = UNASKED;
    /* relaxed: the answer stands for itself, and all who ask get the same. */
    int known = pml_load_relaxed(&answer);
    if (known == UNASKED) {
        known = ask_cpu();
        /* relaxed: as above. */
        pml_store_relaxed(&answer, known);
    }
    return known == STEADY;
}

uint64_t pml_ticks_read(void)
{
    uint32_t low;
    uint32_t high;
    /* Not RDTSCP and no fence, which would double the cost. The clobber keeps the compiler from
       moving the caller's work across when it optimizes over files. */
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (uint64_t)high << 32 | low;
}
