/* SPDX-License-Identifier: Apache-2.0 */
/* How much of something a process has, which the kernel shows as a folder. */
#ifndef TESTS_SUPPORT_ENTRIES_H
#define TESTS_SUPPORT_ENTRIES_H

#include <dirent.h>
#include <stddef.h>

/* The entries of a folder, such as /proc/self/fd or /proc/self/task; -1: it can't be read. */
static inline int count_entries(const char *folder)
{
    int count = 0;
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        return -1;
    }
    while (readdir(dir) != NULL) {
        count++;
    }
    (void)closedir(dir);
    return count;
}

#endif
