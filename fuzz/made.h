/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A snapshot, and the names and texts in it as they were before they were escaped: one that is put
 * together from bytes, or one of a registry that is taken apart. What is put together lies in
 * memory as large as what it holds, so that a sanitizer sees an encoder that reads on.
 */
#ifndef FUZZ_MADE_H
#define FUZZ_MADE_H

#include "input.h"
#include "snapshot/snapshot.h"

#include <stdbool.h>
#include <stddef.h>

#define MADE_MOST_LABELS 40 /* of a series or an exemplar */
#define MADE_MOST_PLACES 40 /* buckets */

typedef struct made_labels {
    char *names[MADE_MOST_LABELS];
    char *values[MADE_MOST_LABELS];
    size_t count;
} made_labels;

/* What the encoders know only as rendered text. */
typedef struct made_family {
    const pml_snapshot_family *shown;
    made_labels *series;
    made_labels *exemplars; /* as many as the family has room for; NULL: none */
    char **states;
} made_family;

typedef struct made_snapshot {
    const promlet_snapshot *shown;
    made_family *families;
    bool has_utf8_names;
} made_snapshot;

/* Memory for what belongs to the snapshot at work. made_free() frees what was taken since the mark
   was asked for; 0 is the mark at the beginning. */
void *made_take(size_t size);
size_t made_mark(void);
void made_free(size_t mark);

/* Of bytes from made_take(), which a NUL ends. */
pml_text *made_text(char *bytes);

/* A text as it stands between quotes, with a NUL; its size is without that. */
char *made_escaped(const char *text, size_t *size);

/* Labels as a snapshot holds them, without a NUL. */
const char *made_render(const made_labels *labels, size_t *size);

/* Whether a name is taken by every format as it is. */
bool made_is_plain(const char *name, bool is_label);

/* A snapshot from bytes. */
made_snapshot made_read(input *in);

/* One that a registry gave; lent. */
made_snapshot made_take_apart(const promlet_snapshot *snapshot);

#endif
