/* SPDX-License-Identifier: Apache-2.0 */
/* A fresh directory for the database, so that two runs never meet and nothing is left behind. */
#ifndef KV_SCRATCH_H
#define KV_SCRATCH_H

#include <stdbool.h>

struct scratch {
    char directory[512];
    char database[544]; /* The path of the database file in it. */
};

/* Makes the directory below $TMPDIR, or /tmp. False on an error, which stderr then tells. */
bool scratch_make(struct scratch *scratch);

/* Removes the directory with the database, which must be closed. */
void scratch_remove(const struct scratch *scratch);

#endif
