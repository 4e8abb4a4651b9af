/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps the documents that tests produce, so that promtool can check every one of them: each goes
 * to the folder that the environment variable PROMLET_TEST_DOCUMENTS names, if it is set.
 */
#ifndef TESTS_SUPPORT_DOCUMENTS_H
#define TESTS_SUPPORT_DOCUMENTS_H

#include <stdio.h>
#include <stdlib.h>

/* Writes NAME.prom, and NAME.prom.lint with the findings that `promtool check metrics` is expected
   to have, a line each; findings is NULL when there are none. */
static inline void keep_document(const char *name, const char *text, const char *findings)
{
    const char *folder = getenv("PROMLET_TEST_DOCUMENTS");
    if (folder == NULL) {
        return;
    }
    char path[1024];
    const char *const contents[] = {text, findings};
    const char *const endings[] = {".prom", ".prom.lint"};
    for (int i = 0; i < 2; i++) {
        if (contents[i] == NULL) {
            continue;
        }
        (void)snprintf(path, sizeof path, "%s/%s%s", folder, name, endings[i]);
        FILE *file = fopen(path, "w");
        if (file == NULL || fputs(contents[i], file) == EOF || fclose(file) != 0) {
            perror(path);
            abort();
        }
    }
}

#endif
