/* SPDX-License-Identifier: Apache-2.0 */
/* Counts forks. */
#include "base/process_id.h"

#include <unistd.h>

static unsigned int forks; /* Changed only where there is one thread. */

pml_process_id pml_this_process(void)
{
    return (pml_process_id){getpid(), forks};
}

bool pml_is_this_process(const pml_process_id *process)
{
    return process->forks == forks && process->system == getpid();
}

void pml_process_was_forked(void)
{
    forks++;
}
