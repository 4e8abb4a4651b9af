/* SPDX-License-Identifier: Apache-2.0 */
/* Looks for secrets in all memory that is given back. For programs of one file, which CMake links
   as support/allocations.h says. */
#ifndef TESTS_SUPPORT_WIPED_H
#define TESTS_SUPPORT_WIPED_H

#include "support/allocations.h"
#include "support/sanitizers.h"

#include <malloc.h>
#include <stdint.h>
#include <string.h>

static const char *const *wiped_secrets; /* NULL ends them */
static atomic_int wiped_blocks_seen;
static atomic_int wiped_secrets_seen;

static void look_for_secrets(const void *memory)
{
    size_t size = malloc_usable_size((void *)(uintptr_t)memory);
    atomic_fetch_add(&wiped_blocks_seen, 1);
    for (const char *const *secret = wiped_secrets; *secret != NULL; secret++) {
        bool is_there = memmem(memory, size, *secret, strlen(*secret)) != NULL;
        atomic_fetch_add(&wiped_secrets_seen, is_there ? 1 : 0);
    }
}

/* valgrind would mind that blocks are read where nobody has written. */
static inline void begin_to_look(const char *const *secrets)
{
    wiped_secrets = secrets;
    atomic_store(&wiped_blocks_seen, 0);
    atomic_store(&wiped_secrets_seen, 0);
    allocations_look = runs_under_valgrind() ? NULL : look_for_secrets;
}

static inline void end_to_look(void)
{
    allocations_look = NULL;
}

/* How many secrets were given back. */
static inline int secrets_given_back(void)
{
    return atomic_load(&wiped_secrets_seen);
}

/* Whether it was looked for them at all, or could not be. */
static inline bool has_looked(void)
{
    return runs_under_valgrind() || atomic_load(&wiped_blocks_seen) > 0;
}

#endif
