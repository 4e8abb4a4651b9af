/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a document plain, or has it compressed. */
#include "http/document.h"

#include "http/gzip.h"

/* A promlet_write_fn. */
static bool take_piece(const char *data, size_t size, void *ctx)
{
    pml_http_body *body = ctx;
    return pml_http_body_goes_on(body) && pml_http_body_add(body, data, size);
}

static bool write_plain(const promlet_snapshot *snapshot, const promlet_encoding *encoding,
                        pml_http_body *body)
{
    return promlet_snapshot_write_as(snapshot, encoding, take_piece, body) == PROMLET_OK;
}

/* What was over the budget when compressed would be so all the more when it is not. */
static bool may_be_plain(const pml_http_body *body)
{
    return body->outcome == PML_HTTP_MADE || body->outcome == PML_HTTP_NO_MEMORY;
}

static bool write_in_form(const promlet_snapshot *snapshot, const pml_http_form *form,
                          pml_http_body *body)
{
    if (form->is_gzip) {
        if (pml_http_write_gzip(snapshot, &form->encoding, body)) {
            return true;
        }
        if (!may_be_plain(body)) {
            return false;
        }
        pml_http_body_clear(body);
    }
    return write_plain(snapshot, &form->encoding, body);
}

pml_http_outcome pml_http_write_document(const promlet_snapshot *snapshot,
                                         const pml_http_form *form, pml_http_body *body)
{
    if (write_in_form(snapshot, form, body)) {
        pml_http_body_finish(body);
        return PML_HTTP_MADE;
    }
    pml_http_outcome outcome = body->outcome;
    pml_http_body_clear(body);
    return outcome;
}
