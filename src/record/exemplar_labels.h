/* SPDX-License-Identifier: Apache-2.0 */
/* What an exemplar may say of itself, and how it is written down. */
#ifndef PML_RECORD_EXEMPLAR_LABELS_H
#define PML_RECORD_EXEMPLAR_LABELS_H

#include "series/dropped.h"
#include "series/exemplars.h"

/* Writes labels into a zeroed note. PML_DROP_REASONS: they are right; else what rule they break. */
pml_drop_reason pml_exemplar_note_labels(pml_exemplar_note *note, const promlet_label *labels,
                                         size_t count);

/* Writes the labels trace_id and span_id into a zeroed note. */
void pml_exemplar_note_trace(pml_exemplar_note *note, const promlet_trace_context *context);

#endif
