/* SPDX-License-Identifier: Apache-2.0 */
/* Starts rounds, or leaves nothing behind. */
#include "expose/rounds.h"

#include "expose/failure.h"

promlet_status pml_rounds_prepare(promlet_periodic **periodic)
{
    if (periodic == NULL) {
        return pml_expose_refuse("periodic: there is no place to put it");
    }
    *periodic = NULL;
    return PROMLET_OK;
}

promlet_status pml_rounds_start(promlet_status made, const promlet_periodic_opts *rounds,
                                promlet_periodic **periodic)
{
    promlet_status status = made == PROMLET_OK ? promlet_periodic_start(rounds, periodic) : made;
    if (status != PROMLET_OK) {
        rounds->free_ctx(rounds->ctx);
    }
    return status;
}
