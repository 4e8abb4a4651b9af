/* SPDX-License-Identifier: Apache-2.0 */
/* A registry as text in one call: take a snapshot, write it, give it back. */
#include <promlet/collector.h>
#include <promlet/metrics.h>

/* Why no snapshot could be taken. */
static promlet_status no_snapshot(void)
{
    return promlet_is_collecting() ? PROMLET_ERROR_BUSY : PROMLET_ERROR_MEMORY;
}

char *promlet_get_metrics(void)
{
    return promlet_registry_get_metrics(NULL);
}

char *promlet_registry_get_metrics(promlet_registry *registry)
{
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    if (snapshot == NULL) {
        return NULL;
    }
    char *text = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4_EOF, NULL);
    promlet_snapshot_release(snapshot);
    return text;
}

promlet_status promlet_registry_copy_metrics(promlet_registry *registry, char *buffer, size_t size,
                                             size_t *needed)
{
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    if (snapshot == NULL) {
        return no_snapshot();
    }
    promlet_status status =
        promlet_snapshot_copy(snapshot, PROMLET_FORMAT_TEXT_0_0_4_EOF, buffer, size, needed);
    promlet_snapshot_release(snapshot);
    return status;
}

promlet_status promlet_registry_write_metrics(promlet_registry *registry, promlet_write_fn write,
                                              void *ctx)
{
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    if (snapshot == NULL) {
        return no_snapshot();
    }
    promlet_status status =
        promlet_snapshot_write(snapshot, PROMLET_FORMAT_TEXT_0_0_4_EOF, write, ctx);
    promlet_snapshot_release(snapshot);
    return status;
}
