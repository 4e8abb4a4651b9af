/* SPDX-License-Identifier: Apache-2.0 */
/* Names on their way into a text, piece by piece. */
#include "encode/utf8_names.h"

#include "snapshot/label_text.h"

#include <stdint.h>
#include <string.h>

pml_names pml_names_of(const promlet_encoding *encoding, bool can_be_raw)
{
    bool are_raw = can_be_raw && encoding->escaping == PROMLET_ESCAPING_ALLOW_UTF8;
    switch (encoding->escaping) {
    case PROMLET_ESCAPING_DOTS:
        return (pml_names){are_raw, PML_SCHEME_DOTS};
    case PROMLET_ESCAPING_VALUES:
        return (pml_names){are_raw, PML_SCHEME_VALUES};
    case PROMLET_ESCAPING_NONE_ASKED:
    case PROMLET_ESCAPING_UNDERSCORES:
    case PROMLET_ESCAPING_ALLOW_UTF8:
        break;
    }
    return (pml_names){are_raw, PML_SCHEME_UNDERSCORES};
}

/* Without a suffix there may be no bytes to point to. */
static void append_suffix(pml_output *output, const pml_text *suffix)
{
    if (suffix->size > 0) {
        pml_output_append(output, suffix->bytes, suffix->size);
    }
}

/* The escapes are those of a label value. */
static void append_between_quotes(pml_output *output, const char *bytes, size_t size)
{
    for (const char *end = bytes + size; bytes < end; bytes++) {
        bool is_escaped = *bytes == '\\' || *bytes == '"' || *bytes == '\n';
        pml_output_append(output, "\\", is_escaped);
        pml_output_append(output, *bytes == '\n' ? "n" : bytes, 1);
    }
}

/* The first bytes of what an escaper makes. */
static void append_start(pml_output *output, pml_escaper escaper, size_t size)
{
    const char *piece;
    for (size_t piece_size; size > 0 && (piece_size = pml_escaper_next(&escaper, &piece)) > 0;) {
        piece_size = piece_size < size ? piece_size : size;
        pml_output_append(output, piece, piece_size);
        size -= piece_size;
    }
}

/* ---- families -------------------------------------------------------------------------------- */

static bool is_plain(const pml_text *name)
{
    return pml_name_is_plain(PML_NAME_METRIC, name->bytes, name->size);
}

bool pml_family_name_is_quoted(const pml_names *names, const pml_text *name)
{
    return names->are_raw && !is_plain(name);
}

void pml_append_family_name(pml_output *output, const pml_names *names, const pml_family_name *name)
{
    const pml_text *whole = name->name;
    if (pml_family_name_is_quoted(names, whole)) {
        pml_output_append_text(output, "\"");
        append_between_quotes(output, whole->bytes, whole->size - name->left_out);
        append_suffix(output, &name->suffix);
        pml_output_append_text(output, "\"");
        return;
    }
    pml_escaper escaper =
        pml_escaper_start(PML_NAME_METRIC, whole->bytes, whole->size, names->scheme);
    append_start(output, escaper, pml_escaper_size(escaper) - name->left_out);
    append_suffix(output, &name->suffix);
}

/* Two schemes double the underscores of a name: the one behind the unit, and those within it. */
bool pml_names_keep_unit(const pml_names *names, const pml_text *name, const pml_text *unit)
{
    bool is_last = name->size >= unit->size &&
                   memcmp(name->bytes + name->size - unit->size, unit->bytes, unit->size) == 0;
    return names->are_raw || names->scheme == PML_SCHEME_UNDERSCORES || is_plain(name) ||
           (is_last && memchr(unit->bytes, '_', unit->size) == NULL);
}

/* ---- labels ---------------------------------------------------------------------------------- */

void pml_append_label_name(pml_output *output, const pml_names *names, const pml_text *name)
{
    pml_escaper escaper = pml_escaper_start(PML_NAME_LABEL, name->bytes, name->size, names->scheme);
    if (!names->are_raw || escaper.is_plain) {
        append_start(output, escaper, SIZE_MAX);
        return;
    }
    pml_output_append_text(output, "\"");
    append_between_quotes(output, name->bytes, name->size);
    pml_output_append_text(output, "\"");
}

static void append_rendered_name(pml_output *output, const pml_names *names,
                                 const pml_rendered_label *label)
{
    const pml_escaped *name = &label->name;
    if (!label->is_name_quoted) {
        pml_output_append(output, name->bytes, name->size);
        return;
    }
    append_start(output,
                 pml_escaper_start_quoted(PML_NAME_LABEL, name->bytes, name->size, names->scheme),
                 SIZE_MAX);
}

void pml_append_labels(pml_output *output, const pml_names *names, const char *labels, size_t size)
{
    if (names->are_raw) {
        pml_output_append(output, labels, size);
        return;
    }
    pml_label_text left = pml_label_text_begin(labels, size);
    pml_rendered_label label;
    for (bool is_first = true; pml_label_text_next(&left, &label); is_first = false) {
        pml_output_append(output, ",", !is_first);
        append_rendered_name(output, names, &label);
        pml_output_append_text(output, "=\"");
        pml_output_append(output, label.value.bytes, label.value.size);
        pml_output_append_text(output, "\"");
    }
}
