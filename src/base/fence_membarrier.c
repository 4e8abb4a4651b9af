/* SPDX-License-Identifier: Apache-2.0 */
/* membarrier(2) of Linux 4.14: the kernel interrupts the CPUs that run threads of this process; the
   other threads have had their fence when they lost the CPU. */
#define _DEFAULT_SOURCE /* syscall() */

#include "base/fence.h"

#include <errno.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool ask(int command)
{
    int saved_errno = errno;
    bool is_done = syscall(SYS_membarrier, command, 0, 0) == 0;
    errno = saved_errno;
    return is_done;
}

bool pml_fence_everywhere_prepare(void)
{
    return ask(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
}

/* A forked child inherits the permission; nothing says that it always will. */
bool pml_fence_everywhere(void)
{
    return ask(MEMBARRIER_CMD_PRIVATE_EXPEDITED) ||
           (pml_fence_everywhere_prepare() && ask(MEMBARRIER_CMD_PRIVATE_EXPEDITED));
}
