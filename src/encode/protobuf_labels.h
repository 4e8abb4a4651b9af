/* SPDX-License-Identifier: Apache-2.0 */
/* Labels in protobuf: of metrics, of states, of exemplars. */
#ifndef PML_ENCODE_PROTOBUF_LABELS_H
#define PML_ENCODE_PROTOBUF_LABELS_H

#include "encode/utf8_names.h"
#include "encode/wire.h"
#include "snapshot/label_text.h"

/* Puts a name that is escaped. */
void pml_protobuf_put_escaped_name(pml_wire *wire, unsigned field, pml_escaper name);

/* Puts a label of a metric or of an exemplar. */
void pml_protobuf_put_label(pml_wire *wire, const pml_rendered_label *label);

/* Puts each label of a rendered text. */
void pml_protobuf_put_labels(pml_wire *wire, const char *labels, size_t size);

/* The same for a text whose names are plain, if nothing in it is escaped and its labels are short:
   how large they are as fields, and writing them where there is so much room, up to where is
   returned. PML_NOT_PLAIN and NULL for others. */
#define PML_NOT_PLAIN SIZE_MAX
size_t pml_plain_labels_size(const char *text, size_t size);
char *pml_plain_labels_write(char *to, const char *text, size_t size);

/* A label has at most three bytes more than its text, which has at least four. */
static inline size_t pml_plain_labels_room(size_t size)
{
    return 2 * size;
}

#endif
