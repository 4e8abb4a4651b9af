/* SPDX-License-Identifier: Apache-2.0 */
/* What all transports that send every so often do when they are started; see <promlet/periodic.h>
   for what comes then. */
#ifndef PML_EXPOSE_ROUNDS_H
#define PML_EXPOSE_ROUNDS_H

#include <promlet/periodic.h>

/* Sets *periodic, which says that nothing runs yet, to NULL. Refuses NULL. */
promlet_status pml_rounds_prepare(promlet_periodic **periodic);

/* Starts the rounds, unless making what they use, which is their ctx, has ended with an error.
   After an error, of that as well, ctx was freed with free_ctx. */
promlet_status pml_rounds_start(promlet_status made, const promlet_periodic_opts *rounds,
                                promlet_periodic **periodic);

#endif
