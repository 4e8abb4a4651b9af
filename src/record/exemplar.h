/* SPDX-License-Identifier: Apache-2.0 */
/* Exemplars that a hook gives. */
#ifndef PML_RECORD_EXEMPLAR_H
#define PML_RECORD_EXEMPLAR_H

#include "series/exemplars.h"

/* Asks for the trace of a recording that was made, if the slot is due, and keeps it there. slot:
   NULL if there is no room. Lock-free; keeps errno. */
void pml_exemplar_offer(pml_exemplar_slot *slot, double value);

#endif
