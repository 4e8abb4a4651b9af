/* SPDX-License-Identifier: Apache-2.0 */
/* A snapshot as the body of an answer. */
#ifndef PML_HTTP_DOCUMENT_H
#define PML_HTTP_DOCUMENT_H

#include "http/body.h"
#include "http/request.h"

#include <promlet/snapshot.h>

/* Writes a snapshot in a form to an empty body; plain, where compressing it is of no use or there
   is no memory for that. When the outcome is not PML_HTTP_MADE, the body is empty. */
pml_http_outcome pml_http_write_document(const promlet_snapshot *snapshot,
                                         const pml_http_form *form, pml_http_body *body);

#endif
