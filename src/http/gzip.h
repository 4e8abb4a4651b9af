/* SPDX-License-Identifier: Apache-2.0 */
/* Compression. CMake chooses one of server_gzip_*.c. */
#ifndef PML_HTTP_GZIP_H
#define PML_HTTP_GZIP_H

#include "http/body.h"

/* Below this a document is sent as it is: it goes out in one packet anyway. */
#define PML_HTTP_LEAST_GZIP_BYTES 1024

/* Writes a snapshot compressed. False, with nothing made, when it is too small for that, there is
   no memory, or promlet was built without zlib: then it is to be sent as it is. */
bool pml_http_make_gzip(const promlet_snapshot *snapshot, const promlet_encoding *encoding,
                        pml_http_body *body);

#endif
