/* SPDX-License-Identifier: Apache-2.0 */
/* Writes documents to the folder that the environment names. */
#include "support/documents.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Writes bytes to NAME and the ending. */
static void keep_bytes_as(const char *name, const char *ending, const char *bytes, size_t size)
{
    const char *folder = getenv("PROMLET_TEST_DOCUMENTS");
    if (folder == NULL) {
        return;
    }
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/%s%s", folder, name, ending);
    FILE *file = fopen(path, "w");
    if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
        perror(path);
        abort();
    }
}

void keep_as(const char *name, const char *ending, const char *text)
{
    keep_bytes_as(name, ending, text, strlen(text));
}

void keep_document(const char *name, const char *text, const char *findings)
{
    keep_as(name, ".prom", text);
    if (findings != NULL) {
        keep_as(name, ".prom.lint", findings);
    }
}

void keep_protobuf(const char *name, const char *bytes, size_t size, const char *expected)
{
    keep_bytes_as(name, ".pb", bytes, size);
    keep_as(name, ".pb.txt", expected);
}
