/* SPDX-License-Identifier: Apache-2.0 */
/* Collects metadata, and knows which names belong to which type. */
#include "parse/open_family.h"

#include "base/alloc.h"

#include <string.h>

/* Room for the longest suffix and a NUL. */
#define SUFFIX_ROOM 16u

/* ---- what is kept ---------------------------------------------------------------------------- */

static bool keep(pml_kept_text *kept, const promlet_parsed_text *text, promlet_parsed_text *shown)
{
    if (kept->room < text->size + SUFFIX_ROOM) {
        size_t room = 2 * (text->size + SUFFIX_ROOM);
        char *bytes = pml_resize_array(kept->bytes, room, 1);
        if (bytes == NULL) {
            return false;
        }
        kept->bytes = bytes;
        kept->room = room;
    }
    memcpy(kept->bytes, text->bytes, text->size);
    kept->bytes[text->size] = '\0';
    *shown = (promlet_parsed_text){kept->bytes, text->size};
    return true;
}

void pml_open_family_free(pml_open_family *family)
{
    pml_free(family->name.bytes);
    pml_free(family->help.bytes);
    pml_free(family->unit.bytes);
    pml_seen_free(&family->names);
}

bool pml_open_family_begin(pml_open_family *family, const promlet_parsed_text *name,
                           size_t line_number)
{
    promlet_parsed_family *shown = &family->shown;
    *shown = (promlet_parsed_family){.help.bytes = "", .unit.bytes = "", .line = line_number};
    family->is_told = false;
    family->is_open = keep(&family->name, name, &shown->name);
    return family->is_open;
}

/* ---- metadata -------------------------------------------------------------------------------- */

static bool add(pml_open_family *family, const pml_metadata *metadata, bool **is_there)
{
    promlet_parsed_family *shown = &family->shown;
    switch (metadata->kind) {
    case PML_METADATA_TYPE:
        *is_there = &shown->has_type;
        if (!shown->has_type) {
            shown->type = metadata->type;
        }
        return true;
    case PML_METADATA_HELP:
        *is_there = &shown->has_help;
        return shown->has_help || keep(&family->help, &metadata->text, &shown->help);
    case PML_METADATA_UNIT:
        *is_there = &shown->has_unit;
        return shown->has_unit || keep(&family->unit, &metadata->text, &shown->unit);
    }
    return true;
}

bool pml_open_family_add(pml_open_family *family, pml_reader *reader, const pml_metadata *metadata)
{
    static const char *const words[] = {
        [PML_METADATA_TYPE] = "TYPE", [PML_METADATA_HELP] = "HELP", [PML_METADATA_UNIT] = "UNIT"};
    const char *word = words[metadata->kind];
    pml_shown name = pml_show(metadata->name.bytes, metadata->name.size);
    if (family->is_told) {
        return reader->is_lenient ||
               pml_reader_fail(reader, NULL, "# %s of %s stands behind its samples", word,
                               name.text);
    }
    bool *is_there = NULL;
    if (!add(family, metadata, &is_there)) {
        return pml_reader_fail_memory(reader);
    }
    if (*is_there && !reader->is_lenient) {
        return pml_reader_fail(reader, NULL, "# %s of %s stands twice", word, name.text);
    }
    *is_there = true;
    return true;
}

/* ---- names ----------------------------------------------------------------------------------- */

/* In which formats a name belongs to a type. */
enum { IN_TEXT = 1, IN_OPENMETRICS = 2, IN_OPENMETRICS2 = 4 };

static const struct sample_name {
    promlet_parsed_type type;
    promlet_parsed_role role;
    unsigned formats;
    const char *suffix;
} sample_names[] = {
    {PROMLET_PARSED_UNKNOWN, PROMLET_PARSED_VALUE, IN_TEXT | IN_OPENMETRICS | IN_OPENMETRICS2, ""},
    {PROMLET_PARSED_GAUGE, PROMLET_PARSED_VALUE, IN_TEXT | IN_OPENMETRICS | IN_OPENMETRICS2, ""},
    {PROMLET_PARSED_COUNTER, PROMLET_PARSED_VALUE, IN_TEXT | IN_OPENMETRICS2, ""},
    {PROMLET_PARSED_COUNTER, PROMLET_PARSED_VALUE, IN_OPENMETRICS, "_total"},
    {PROMLET_PARSED_COUNTER, PROMLET_PARSED_CREATED, IN_OPENMETRICS, "_created"},
    {PROMLET_PARSED_HISTOGRAM, PROMLET_PARSED_COMPOSITE, IN_OPENMETRICS2, ""},
    {PROMLET_PARSED_HISTOGRAM, PROMLET_PARSED_BUCKET, IN_TEXT | IN_OPENMETRICS, "_bucket"},
    {PROMLET_PARSED_HISTOGRAM, PROMLET_PARSED_SUM, IN_TEXT | IN_OPENMETRICS, "_sum"},
    {PROMLET_PARSED_HISTOGRAM, PROMLET_PARSED_COUNT, IN_TEXT | IN_OPENMETRICS, "_count"},
    {PROMLET_PARSED_HISTOGRAM, PROMLET_PARSED_CREATED, IN_OPENMETRICS, "_created"},
    {PROMLET_PARSED_GAUGE_HISTOGRAM, PROMLET_PARSED_COMPOSITE, IN_OPENMETRICS2, ""},
    {PROMLET_PARSED_GAUGE_HISTOGRAM, PROMLET_PARSED_BUCKET, IN_OPENMETRICS, "_bucket"},
    {PROMLET_PARSED_GAUGE_HISTOGRAM, PROMLET_PARSED_SUM, IN_OPENMETRICS, "_gsum"},
    {PROMLET_PARSED_GAUGE_HISTOGRAM, PROMLET_PARSED_COUNT, IN_OPENMETRICS, "_gcount"},
    {PROMLET_PARSED_SUMMARY, PROMLET_PARSED_COMPOSITE, IN_OPENMETRICS2, ""},
    {PROMLET_PARSED_SUMMARY, PROMLET_PARSED_QUANTILE, IN_TEXT | IN_OPENMETRICS, ""},
    {PROMLET_PARSED_SUMMARY, PROMLET_PARSED_SUM, IN_TEXT | IN_OPENMETRICS, "_sum"},
    {PROMLET_PARSED_SUMMARY, PROMLET_PARSED_COUNT, IN_TEXT | IN_OPENMETRICS, "_count"},
    {PROMLET_PARSED_SUMMARY, PROMLET_PARSED_CREATED, IN_OPENMETRICS, "_created"},
    {PROMLET_PARSED_INFO, PROMLET_PARSED_VALUE, IN_OPENMETRICS, "_info"},
    {PROMLET_PARSED_INFO, PROMLET_PARSED_VALUE, IN_OPENMETRICS2, ""},
    {PROMLET_PARSED_STATE_SET, PROMLET_PARSED_STATE, IN_OPENMETRICS | IN_OPENMETRICS2, ""},
};

#define NAME_COUNT (sizeof sample_names / sizeof sample_names[0])

static bool belongs(const struct sample_name *name, const promlet_parsed_family *family,
                    promlet_parse_format format)
{
    return name->type == family->type && (name->formats & 1u << format) != 0;
}

bool pml_open_family_role(const promlet_parsed_family *family, const promlet_parsed_text *name,
                          const pml_reader *reader, promlet_parsed_role *role)
{
    size_t size = family->name.size;
    if (name->size < size || memcmp(name->bytes, family->name.bytes, size) != 0) {
        return false;
    }
    for (size_t i = 0; i < NAME_COUNT; i++) {
        if (belongs(&sample_names[i], family, reader->format) &&
            strlen(sample_names[i].suffix) == name->size - size &&
            memcmp(sample_names[i].suffix, name->bytes + size, name->size - size) == 0) {
            *role = sample_names[i].role;
            return true;
        }
    }
    /* A counter of the text format that is called OpenMetrics. */
    *role = PROMLET_PARSED_VALUE;
    return reader->is_lenient && name->size == size &&
           (family->type == PROMLET_PARSED_COUNTER || family->type == PROMLET_PARSED_INFO);
}

/* ---- families before ------------------------------------------------------------------------- */

/* Takes the family's name with a suffix, which is put behind it meanwhile. */
static bool claim(pml_open_family *family, pml_reader *reader, const char *suffix)
{
    const promlet_parsed_text *name = &family->shown.name;
    size_t suffix_size = strlen(suffix);
    memcpy(family->name.bytes + name->size, suffix, suffix_size);
    pml_key key = pml_key_of(family->seed, name->bytes, name->size + suffix_size);
    family->name.bytes[name->size] = '\0';
    size_t index;
    pml_seen_result result = pml_seen_add(&family->names, key, SIZE_MAX, &index);
    if (result == PML_SEEN_BEFORE) {
        return pml_reader_fail(reader, NULL,
                               "%s%s belongs to a family before, which stands in one piece",
                               pml_show(name->bytes, name->size).text, suffix);
    }
    return result == PML_SEEN_NEW || pml_reader_fail_memory(reader);
}

static bool ends_in(const promlet_parsed_text *name, const char *end, size_t size)
{
    return name->size > size && name->bytes[name->size - size - 1] == '_' &&
           memcmp(name->bytes + name->size - size, end, size) == 0;
}

/* What is wrong with name and unit; NULL if nothing is. */
static const char *wrong_metadata(const promlet_parsed_family *family, promlet_parse_format format)
{
    bool is_info = family->type == PROMLET_PARSED_INFO;
    if (format == PROMLET_PARSE_OPENMETRICS2 && is_info &&
        !ends_in(&family->name, "info", strlen("info"))) {
        return "does not end in _info";
    }
    if (family->unit.size == 0) {
        return NULL;
    }
    if (is_info || family->type == PROMLET_PARSED_STATE_SET) {
        return "has a unit";
    }
    bool is_ending = ends_in(&family->name, family->unit.bytes, family->unit.size);
    return format == PROMLET_PARSE_OPENMETRICS && !is_ending ? "does not end in its unit" : NULL;
}

bool pml_open_family_check(const pml_open_family *family, pml_reader *reader)
{
    const promlet_parsed_family *shown = &family->shown;
    const char *wrong = reader->is_lenient ? NULL : wrong_metadata(shown, reader->format);
    if (wrong == NULL) {
        return true;
    }
    (void)pml_reader_fail(reader, NULL, "the %s %s %s", promlet_parsed_type_text(shown->type),
                          pml_show(shown->name.bytes, shown->name.size).text, wrong);
    reader->error->line = shown->line;
    return false;
}

bool pml_open_family_claim(pml_open_family *family, pml_reader *reader, size_t max_families)
{
    if (++family->count > max_families) {
        return pml_reader_fail_limit(reader, NULL, "there are more than %zu families",
                                     max_families);
    }
    if (reader->is_lenient) {
        return true;
    }
    bool is_claimed = claim(family, reader, "");
    for (size_t i = 0; i < NAME_COUNT && is_claimed; i++) {
        if (belongs(&sample_names[i], &family->shown, reader->format) &&
            sample_names[i].suffix[0] != '\0') {
            is_claimed = claim(family, reader, sample_names[i].suffix);
        }
    }
    return is_claimed;
}
