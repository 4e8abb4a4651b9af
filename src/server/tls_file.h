/* SPDX-License-Identifier: Apache-2.0 */
/* The files that TLS needs: read whole, told apart from their later versions, and what is wrong
   with one said in a sentence. */
#ifndef PML_SERVER_TLS_FILE_H
#define PML_SERVER_TLS_FILE_H

#include <promlet/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

/* The bytes of a file. Whoever holds them gives them back with pml_server_tls_file_clear(). */
typedef struct pml_server_tls_file {
    unsigned char *bytes;
    size_t size;
} pml_server_tls_file;

/* Which version of a file there is, seen without reading it. All zero: there is none. */
typedef struct pml_server_tls_stamp {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec modified; /* The content, */
    struct timespec changed;  /* or the owner and the like, which may make it readable. */
} pml_server_tls_stamp;

/* Set the last error to "option: path: reason" and return status. The reason's first letter may be
   a capital and it may end with a full stop, as texts of other libraries do. What is no path but
   the text of a file is not shown, and always a wrong argument. */
promlet_status pml_server_tls_fail(promlet_status status, const char *option, const char *path,
                                   const char *reason);

/* Read the file that an option names. *file is set on PROMLET_OK only. */
promlet_status pml_server_tls_file_read(const char *option, const char *path,
                                        pml_server_tls_file *file);

/* Wipe the bytes, among which a key may be, and free them. */
void pml_server_tls_file_clear(pml_server_tls_file *file);

/* path may be NULL, whose stamp is all zero. */
pml_server_tls_stamp pml_server_tls_stamp_of(const char *path);

bool pml_server_tls_stamp_equals(const pml_server_tls_stamp *a, const pml_server_tls_stamp *b);

#endif
