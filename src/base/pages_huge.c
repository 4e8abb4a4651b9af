/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Anonymous memory with madvise(MADV_HUGEPAGE). Where new pages are small, the kernel takes longer
 * to hand them out, one fault for each, than all that is written to them takes; with huge ones
 * there are 512 times fewer. Where the system has none to give, they are small as ever.
 *
 * It is not libc's memory, because that stays in the program when it is freed, where the kernel
 * would go on to make huge pages of it. Rejected: having all pages at once with MAP_POPULATE, which
 * saves the faults but not the many pages, and behind MADV_HUGEPAGE nothing.
 */
#define _DEFAULT_SOURCE /* madvise() */

#include "base/pages.h"

#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>

/* Of most systems. The kernel begins at a huge page with what is as long as some of them. */
#define HUGE_PAGE ((size_t)2 << 20)

static size_t round_up(size_t size)
{
    return (size + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
}

void *pml_pages_map(size_t size)
{
    if (size > SIZE_MAX / 2) {
        return NULL;
    }
    int flags = MAP_PRIVATE | MAP_ANONYMOUS;
    void *memory = mmap(NULL, round_up(size), PROT_READ | PROT_WRITE, flags, -1, 0);
    if (memory == MAP_FAILED) {
        return NULL;
    }
    int saved_errno = errno;
    (void)madvise(memory, round_up(size), MADV_HUGEPAGE);
    errno = saved_errno;
    return memory;
}

void pml_pages_unmap(void *memory, size_t size)
{
    (void)munmap(memory, round_up(size));
}
