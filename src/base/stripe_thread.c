/* SPDX-License-Identifier: Apache-2.0 */
/* Where the CPU is not known for free: threads are told apart by their own addresses. */
#include "base/stripe.h"

#include "base/hash.h"

#include <pthread.h>

int64_t pml_rseq_offset(void)
{
    return 0;
}

uint32_t pml_stripe(void)
{
    return (uint32_t)pml_hash_mix((uint64_t)pthread_self(), PML_HASH_ODD1);
}

uint32_t pml_highest_cpu(void)
{
    return 0;
}
