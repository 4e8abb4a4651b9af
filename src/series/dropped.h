/* SPDX-License-Identifier: Apache-2.0 */
/* What recordings refused, by reason; shown as promlet_dropped_total. */
#ifndef PML_SERIES_DROPPED_H
#define PML_SERIES_DROPPED_H

#include <stdint.h>

typedef enum pml_drop_reason {
    PML_DROP_NAN,
    PML_DROP_INFINITE,
    PML_DROP_NEGATIVE,
    PML_DROP_INVALID_HANDLE,
    PML_DROP_NO_SERIES,
    PML_DROP_INVALID_STATE,
    PML_DROP_EXEMPLAR_LABELS, /* from here on the recording itself was made */
    PML_DROP_EXEMPLAR_SIZE,
    PML_DROP_EXEMPLAR_NO_ROOM,
    PML_DROP_REASONS
} pml_drop_reason;

/* One a registry. */
typedef struct pml_dropped {
    _Atomic uint64_t counts[PML_DROP_REASONS];
} pml_dropped;

/* The default registry's, which also counts what has no registry. */
extern pml_dropped pml_default_dropped;

/* Counts one refused recording. series is that of the handle, NULL: of no registry, or file-scope.
   Lock-free and signal-safe, as recording is. */
void pml_drop(const void *series, pml_drop_reason reason);

/* The same for a recording that came to no series. */
void pml_drop_in(pml_dropped *dropped, pml_drop_reason reason);

/* The reason why this amount is not finite. */
pml_drop_reason pml_drop_reason_of(double amount);

/* How often so far. */
uint64_t pml_dropped_count(pml_dropped *dropped, pml_drop_reason reason);

/* The value of the label `reason`. */
const char *pml_drop_reason_text(pml_drop_reason reason);

#endif
