/* SPDX-License-Identifier: Apache-2.0 */
/* Makes and removes the directory of the database. */
#include "scratch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool scratch_make(struct scratch *scratch)
{
    const char *parent = getenv("TMPDIR");
    if (!parent || parent[0] == '\0') {
        parent = "/tmp";
    }
    int length =
        snprintf(scratch->directory, sizeof(scratch->directory), "%s/sqlite_kv.XXXXXX", parent);
    if (length < 0 || (size_t)length >= sizeof(scratch->directory)) {
        fputs("sqlite_kv: the path in TMPDIR is too long\n", stderr);
        return false;
    }
    if (!mkdtemp(scratch->directory)) {
        fprintf(stderr, "sqlite_kv: cannot make %s: %s\n", scratch->directory, strerror(errno));
        return false;
    }
    snprintf(scratch->database, sizeof(scratch->database), "%s/kv.db", scratch->directory);
    return true;
}

void scratch_remove(const struct scratch *scratch)
{
    /* SQLite removes its logs when the last connection is closed, unless an error kept it. */
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        char path[sizeof(scratch->database) + 16];
        snprintf(path, sizeof(path), "%s%s", scratch->database, suffixes[i]);
        unlink(path);
    }
    if (rmdir(scratch->directory) != 0) {
        fprintf(stderr, "sqlite_kv: cannot remove %s: %s\n", scratch->directory, strerror(errno));
    }
}
