/* SPDX-License-Identifier: Apache-2.0 */
/* Makes both from the options when the process is registered, so that a scrape only emits them. */
#include "collect/process_info.h"

#include "base/report.h"
#include "collect/process_resource.h"

#include <string.h>

/* Series are told apart by labels that have a value. */
static void add_label(pml_process_info *info, const char *name, const char *value)
{
    if (value != NULL && value[0] != '\0') {
        info->family.labels[info->count] = name;
        info->values[info->count] = value;
        info->count++;
    }
}

static bool is_constant(const pml_naming *naming, const char *name)
{
    for (size_t i = 0; i < naming->label_count; i++) {
        if (strcmp(naming->labels[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

promlet_status pml_process_make_build_info(pml_process_info *info, pml_arena *arena,
                                           const promlet_process_opts *options,
                                           const pml_naming *naming)
{
    static const char name[] = "build_info";
    *info = (pml_process_info){
        .family = {.help = "What the process was built of.", .type = PROMLET_TYPE_INFO}};
    size_t prefix_size = strlen(naming->prefix);
    char *whole = pml_arena_take(arena, prefix_size + sizeof name);
    if (whole == NULL) {
        return pml_fail_memory();
    }
    memcpy(whole, naming->prefix, prefix_size);
    memcpy(whole + prefix_size, name, sizeof name);
    info->family.name = whole;
    const promlet_label labels[] = {{"version", options->version}, {"revision", options->revision}};
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        if (!is_constant(naming, labels[i].name)) {
            add_label(info, labels[i].name, labels[i].value);
        }
    }
    return PROMLET_OK;
}

promlet_status pml_process_make_target_info(pml_process_info *info, pml_arena *arena,
                                            const promlet_process_opts *options,
                                            const pml_naming *naming)
{
    *info = (pml_process_info){.family = {.name = "target_info",
                                          .help = "What the service is that shows these metrics.",
                                          .type = PROMLET_TYPE_INFO}};
    pml_resource resource;
    promlet_status status = pml_resource_read(&resource, arena, options->service_name,
                                              options->resource_attributes, "resource_attributes");
    for (size_t i = 0; status == PROMLET_OK && i < resource.count; i++) {
        if (!is_constant(naming, resource.labels[i].name)) {
            add_label(info, resource.labels[i].name, resource.labels[i].value);
        }
    }
    return status;
}

promlet_status pml_process_emit_info(promlet_emitter *emitter, const pml_process_info *info)
{
    if (info->count == 0) {
        return PROMLET_OK;
    }
    promlet_status status = promlet_emit_family(emitter, &info->family);
    return status == PROMLET_OK ? promlet_emit_u64_by_values(emitter, 1, info->values, info->count)
                                : status;
}
