/* SPDX-License-Identifier: Apache-2.0 */
/* A registry as text in one call: take a snapshot, write it, give it back. */
#include <promlet/collector.h>
#include <promlet/metrics.h>

#include <stdlib.h>

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

/* How many snapshots were taken; fewer than there are registries when one could not be. */
static size_t take_all(promlet_registry *const *registries, size_t count,
                       promlet_snapshot **snapshots)
{
    for (size_t i = 0; i < count; i++) {
        snapshots[i] = promlet_snapshot_take(registries[i]);
        if (snapshots[i] == NULL) {
            return i;
        }
    }
    return count;
}

static char *merged_text(promlet_snapshot *const *snapshots, size_t count)
{
    promlet_snapshot *merged = promlet_snapshot_merge(snapshots, count);
    if (merged == NULL) {
        return NULL;
    }
    char *text = promlet_snapshot_string(merged, PROMLET_FORMAT_TEXT_0_0_4_EOF, NULL);
    promlet_snapshot_release(merged);
    return text;
}

char *promlet_get_metrics_of(promlet_registry *const *registries, size_t count)
{
    if (registries == NULL && count > 0) {
        (void)promlet_set_last_error(PROMLET_ERROR_ARGUMENT, "the registries are NULL");
        return NULL;
    }
    promlet_snapshot **snapshots = calloc(count > 0 ? count : 1, sizeof *snapshots);
    if (snapshots == NULL) {
        (void)promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
        return NULL;
    }
    size_t taken = take_all(registries, count, snapshots);
    char *text = taken == count ? merged_text(snapshots, count) : NULL;
    for (size_t i = 0; i < taken; i++) {
        promlet_snapshot_release(snapshots[i]);
    }
    free(snapshots);
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
