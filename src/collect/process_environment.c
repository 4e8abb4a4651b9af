/* SPDX-License-Identifier: Apache-2.0 */
/* Takes name and attributes of the service from the environment; nothing else reads them. */
#define _GNU_SOURCE /* secure_getenv() */
#include "base/report.h"
#include "collect/process_resource.h"

#include <promlet/process.h>

#include <stdlib.h>

#define ATTRIBUTES_VARIABLE "OTEL_RESOURCE_ATTRIBUTES"

/* NULL when it is not set or empty, or not to be trusted. */
static const char *find_variable(const char *name)
{
    const char *value = secure_getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

static promlet_status check_attributes(const char *service_name, const char *attributes)
{
    pml_arena arena = {NULL};
    pml_resource resource;
    promlet_status status =
        pml_resource_read(&resource, &arena, service_name, attributes, ATTRIBUTES_VARIABLE);
    pml_arena_free(&arena);
    return status;
}

promlet_status promlet_process_options_from_env(promlet_process_opts *options)
{
    if (options == NULL) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "options: must not be NULL");
    }
    const char *name = find_variable("OTEL_SERVICE_NAME");
    const char *attributes = find_variable(ATTRIBUTES_VARIABLE);
    if (name != NULL) {
        options->service_name = name;
    }
    promlet_status status =
        attributes != NULL ? check_attributes(options->service_name, attributes) : PROMLET_OK;
    if (attributes != NULL && status == PROMLET_OK) {
        options->resource_attributes = attributes;
    }
    return status;
}
