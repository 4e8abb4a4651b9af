/* SPDX-License-Identifier: Apache-2.0 */
/* A file that is written whole or not at all. */
#ifndef PML_EXPOSE_WHOLE_FILE_H
#define PML_EXPOSE_WHOLE_FILE_H

#include <promlet/status.h>

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One that is being written, in one thread. */
typedef struct pml_whole_file {
    const char *path; /* lent */
    const char *name; /* the last part of it */
    int folder;       /* descriptors */
    int fd;
    char temporary[NAME_MAX + 1]; /* the name of what is written to, in the folder */
    uint64_t size;                /* what was written */
    int error;                    /* the first that a write met; 0: none */
    sigset_t signals;             /* which the thread blocked before, */
    bool was_pending;             /* and whether SIGXFSZ waited for it */
} pml_whole_file;

typedef struct pml_whole_file_opts {
    int mode;   /* whatever the umask */
    bool syncs; /* on the disk when it is finished */
} pml_whole_file_opts;

/* The last part of a path; "" for one that ends in '/'. */
const char *pml_file_name(const char *path);

/* Begins a file; pml_whole_file_end() must follow unless an error is returned. Sets the last
   error. */
promlet_status pml_whole_file_begin(pml_whole_file *file, const char *path);

/* A promlet_write_fn; ctx: the file. */
bool pml_whole_file_put(const char *data, size_t size, void *ctx);

/* Puts what was written in the place of the file at the path, if that has worked so far and
   is_whole says that nothing is missing; else nothing has happened. Sets the last error. */
promlet_status pml_whole_file_end(pml_whole_file *file, const pml_whole_file_opts *options,
                                  bool is_whole);

#endif
