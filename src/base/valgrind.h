/* SPDX-License-Identifier: Apache-2.0 */
/* Whether valgrind runs the process; where it can't be asked, the answer is no. */
#ifndef PML_BASE_VALGRIND_H
#define PML_BASE_VALGRIND_H

#include <stdbool.h>
#include <stdint.h>

#if defined(__x86_64__)

/* A client request, as valgrind's manual documents it, and its first one (RUNNING_ON_VALGRIND).
   Written out, because a machine without valgrind has no valgrind.h. The four rotations sum to two
   whole turns, so a processor comes out of all this with what it went in with. */
static inline bool pml_runs_on_valgrind(void)
{
    const uint64_t request[6] = {0x1001, 0, 0, 0, 0, 0};
    uint64_t answer = 0;
    __asm__ volatile("rolq $3, %%rdi\n\t"
                     "rolq $13, %%rdi\n\t"
                     "rolq $61, %%rdi\n\t"
                     "rolq $51, %%rdi\n\t"
                     "xchgq %%rbx, %%rbx"
                     : "+d"(answer)
                     : "a"(request)
                     : "cc", "memory");
    return answer != 0;
}

#else

static inline bool pml_runs_on_valgrind(void)
{
    return false;
}

#endif

#endif
