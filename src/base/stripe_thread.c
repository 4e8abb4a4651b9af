/* SPDX-License-Identifier: Apache-2.0 */
/* Where the CPU is not known for free: threads are told apart by their own addresses. */
#include "base/stripe.h"

#include "base/hash.h"

#include <pthread.h>

#define ODD UINT64_C(0x9e3779b97f4a7c15) /* 2^64 / golden ratio: spreads near addresses */

int64_t pml_rseq_offset(void)
{
    return 0;
}

uint32_t pml_stripe(void)
{
    return (uint32_t)pml_hash_mix((uint64_t)pthread_self(), ODD);
}
