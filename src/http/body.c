/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a snapshot as the body of an answer. */
#include "http/body.h"

#include "http/gzip.h"

static bool make_plain(const promlet_snapshot *snapshot, const promlet_encoding *encoding,
                       pml_http_body *body)
{
    body->bytes = promlet_snapshot_string_as(snapshot, encoding, &body->size);
    body->free_bytes = promlet_free;
    body->is_gzip = false;
    return body->bytes != NULL;
}

bool pml_http_make_body(const promlet_snapshot *snapshot, const pml_http_form *form,
                        pml_http_body *body)
{
    return (form->is_gzip && pml_http_make_gzip(snapshot, &form->encoding, body)) ||
           make_plain(snapshot, &form->encoding, body);
}
