/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text that is put together from pieces, for dashboards and alert rules. When memory is out, what
 * comes next is ignored, so that only the end has to ask.
 */
#ifndef PML_INSTRUMENT_DASHBOARD_DRAFT_H
#define PML_INSTRUMENT_DASHBOARD_DRAFT_H

#include <promlet/snapshot.h>
#include <promlet/status.h>

#include <stdbool.h>
#include <stddef.h>

/* Zero it to begin. */
typedef struct pml_draft {
    char *bytes;
    size_t size;
    size_t capacity;
    bool is_out_of_memory;
} pml_draft;

void pml_draft_put(pml_draft *draft, const char *bytes, size_t size);
void pml_draft_text(pml_draft *draft, const char *text);

/* Text that is valid UTF-8 as a string of JSON, which is one of YAML as well: what one of the two
   can't hold as it is has an escape that both know. */
void pml_draft_quoted(pml_draft *draft, const char *text);

/* A finite number, as short as it can be, whatever the locale is. */
void pml_draft_number(pml_draft *draft, double number);

/* Empties it for another text. */
void pml_draft_clear(pml_draft *draft);

/* What it holds, with a NUL behind it; "" when out of memory. Lent until the next change. */
const char *pml_draft_peek(pml_draft *draft);

void pml_draft_free(pml_draft *draft);

/* A copy in which bytes that are not UTF-8 are replaced, to be freed; NULL when out of memory. */
char *pml_repaired_copy(const char *text);

/* ---- what leaves ----------------------------------------------------------------------------- */

/* A document that is done, to be freed, or NULL when out of memory, with the last error set. The
   draft is empty afterwards. */
char *pml_draft_take(pml_draft *draft);

/* Hands a text that may be NULL to a writer, and frees it. */
promlet_status pml_draft_write(char *text, promlet_status status, promlet_write_fn write,
                               void *ctx);

#endif
