/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that the kernel makes when they are read, line by line: opened for that, or kept open for a
 * time when no descriptor can be had.
 */
#ifndef PML_COLLECT_PROCESS_FILE_H
#define PML_COLLECT_PROCESS_FILE_H

#include "base/process_id.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Where the kernel shows processes. A test may put another folder in its place. */
extern const char *pml_proc_root;

/* The most bytes of a path, its NUL included. */
#define PML_PATH_SIZE 4096

/* Writes root/name to a path of that size; false if it does not fit. */
bool pml_proc_path(char *path, const char *name);

/* Is given a line without its end, which it may change. */
typedef void (*pml_line_fn)(char *line, void *ctx);

/* Opens, reads and closes a file. Lines that are longer than a page are left out. False if it can't
   be opened or read to its end. */
bool pml_file_read(const char *path, pml_line_fn take, void *ctx);

/* The same for root/name. */
bool pml_proc_read(const char *name, pml_line_fn take, void *ctx);

/* ---- kept open ------------------------------------------------------------------------------- */

typedef struct pml_kept_file {
    const char *name;      /* below the root; a constant */
    int fd;                /* -1: none */
    pml_process_id opener; /* /proc/self was this process when it was opened */
    dev_t device;          /* what was opened, in case the host has closed it */
    ino_t inode;
} pml_kept_file;

/* Not opened before it is read for the first time. */
void pml_kept_file_start(pml_kept_file *file, const char *name);

/* As pml_proc_read(). */
bool pml_kept_file_read(pml_kept_file *file, pml_line_fn take, void *ctx);

void pml_kept_file_end(pml_kept_file *file);

/* ---- what stands in lines -------------------------------------------------------------------- */

/* The number that a text begins with, in decimal digits; false if there is none, or it is beyond
   2^64-1. *end is set behind it. */
bool pml_read_number(const char *text, const char **end, uint64_t *number);

/* A number that a line `key number` says, with any blanks between the two. */
typedef struct pml_process_field {
    const char *key;
    uint64_t value;
    bool is_known;
} pml_process_field;

typedef struct pml_process_fields {
    pml_process_field *fields;
    size_t count;
} pml_process_fields;

/* A pml_line_fn for pml_process_fields. */
void pml_take_field(char *line, void *ctx);

#endif
