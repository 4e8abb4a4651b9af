/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenMetrics 1.0.0. Samples have the same names and labels as in the text format; a family is
 * called by what stands before `_total` or `_info`.
 */
#include "encode/openmetrics.h"

#include "encode/lines.h"
#include "encode/samples.h"

static size_t name_size(const pml_snapshot_family *family)
{
    pml_text suffix = pml_is_type(family, "counter") ? PML_TEXT("_total")
                      : pml_is_type(family, "info")  ? PML_TEXT("_info")
                                                     : PML_NO_SUFFIX;
    return family->name->size - suffix.size;
}

static void append_family(pml_lines *lines)
{
    lines->name.size = name_size(lines->family);
    pml_append_openmetrics_head(lines);
    pml_append_samples(lines);
}

void pml_encode_openmetrics(pml_output *output, const promlet_snapshot *snapshot,
                            const promlet_encoding *encoding)
{
    pml_lines lines = {
        .output = output,
        .is_openmetrics = true,
        .with_created = encoding->with_created,
        .names = pml_names_of(encoding, true),
    };
    pml_append_openmetrics_families(&lines, snapshot, encoding, append_family);
}
