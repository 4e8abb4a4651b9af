/* SPDX-License-Identifier: Apache-2.0 */
/* Without zlib everything is sent as it is. */
#include "http/gzip.h"

bool pml_http_write_gzip(const promlet_snapshot *snapshot, const promlet_encoding *encoding,
                         pml_http_body *body)
{
    (void)snapshot;
    (void)encoding;
    (void)body;
    return false;
}
