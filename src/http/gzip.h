/* SPDX-License-Identifier: Apache-2.0 */
/* Compression. CMake chooses one of gzip_*.c. */
#ifndef PML_HTTP_GZIP_H
#define PML_HTTP_GZIP_H

#include "http/body.h"

#include <promlet/snapshot.h>

/* Below this a document is sent as it is: it goes out in one packet anyway. */
#define PML_HTTP_LEAST_GZIP_BYTES 1024

/* Writes a snapshot compressed to an empty body. False when it is too small for that, there is no
   memory, promlet was built without zlib, or the body's limits forbid it, as its outcome says; the
   body may then have some of it. */
bool pml_http_write_gzip(const promlet_snapshot *snapshot, const promlet_encoding *encoding,
                         pml_http_body *body);

#endif
