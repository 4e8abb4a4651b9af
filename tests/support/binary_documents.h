/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps the protobuf documents that tests produce, as documents.h does with texts, so that protoc
 * can read every one of them: NAME.pb, and NAME.pb.txt with what it must read.
 */
#ifndef TESTS_SUPPORT_BINARY_DOCUMENTS_H
#define TESTS_SUPPORT_BINARY_DOCUMENTS_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void keep_file(const char *name, const char *ending, const char *bytes, size_t size)
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

static inline void keep_protobuf(const char *name, const char *bytes, size_t size,
                                 const char *expected)
{
    keep_file(name, ".pb", bytes, size);
    keep_file(name, ".pb.txt", expected, strlen(expected));
}

#endif
