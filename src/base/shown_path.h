/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths of files that options name, as sentences show them: cut where they are long, and not at all
 * where somebody gave what is in the file.
 *
 * All of it is in this header, and uses public things alone, because the server and the pushes read
 * such files, and see nothing else that both could share.
 */
#ifndef PML_BASE_SHOWN_PATH_H
#define PML_BASE_SHOWN_PATH_H

#include <promlet/status.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* promlet_last_error() keeps 255 bytes. */
#define PML_SHOWN_PATH_SIZE 100

/* A long path loses its front, so that the file's own name and the reason behind it are always
   seen. */
static inline const char *pml_shown_path(const char *path)
{
    size_t size = strlen(path);
    return size > PML_SHOWN_PATH_SIZE ? path + size - PML_SHOWN_PATH_SIZE : path;
}

/* Whoever gives a key where its path is expected must not find it in a log. */
static inline bool pml_path_is_text(const char *path)
{
    return strpbrk(path, "\r\n") != NULL || strncmp(path, "-----BEGIN", 10) == 0;
}

/* Sets the last error for an option that was given such a text. */
static inline promlet_status pml_path_refuse_text(const char *option)
{
    char sentence[160];
    (void)snprintf(sentence, sizeof sentence,
                   "%s: looks like the text of a file, so it is not shown; it must be the path of "
                   "one",
                   option);
    return promlet_set_last_error(PROMLET_ERROR_ARGUMENT, sentence);
}

#endif
