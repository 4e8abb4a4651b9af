/* SPDX-License-Identifier: Apache-2.0 */
/* How much memory an attack may take while it lasts. To be included after cmocka.h. */
#ifndef PML_TESTS_ABUSE_MEMORY_H
#define PML_TESTS_ABUSE_MEMORY_H

#include "support/footprint.h"

#include <stdio.h>

/* How much more memory the process may have while it is attacked, beside answers: what it needs,
   and what glibc keeps of it for later. */
#define SLACK_BYTES ((size_t)64 << 20)

static inline size_t resident_bytes(void)
{
    unsigned long all = 0;
    unsigned long resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%lu %lu", &all, &resident), 2);
    fclose(file);
    return resident * (size_t)sysconf(_SC_PAGESIZE);
}

#endif
