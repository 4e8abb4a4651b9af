/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The linter over all that a registry has. It needs a snapshot, though no value of it: taking one
 * finds the metrics at file scope, and while it lives no family goes away.
 */
#include <promlet/lint.h>

#include "base/alloc.h"
#include "base/report.h"
#include "registry/collector.h"
#include "registry/lint.h"
#include "registry/registry.h"
#include "snapshot/emitted.h"

#include <promlet/snapshot.h>

/* What callbacks and collectors show in a snapshot. */
static int lint_collected(const promlet_snapshot *snapshot, promlet_lint_fn found, void *ctx)
{
    int findings = 0;
    for (size_t i = 0; i < snapshot->collector_count; i++) {
        const promlet_collector *collector = snapshot->collectors[i];
        if (pml_collector_is_callback(collector)) {
            findings += pml_lint(collector->claim->definition, found, ctx);
        }
    }
    for (const promlet_emitter *each = snapshot->emitted; each != NULL; each = each->next) {
        const pml_emitted_family *family = each->families;
        for (; family != NULL; family = family->next) {
            findings += pml_lint(family->definition, found, ctx);
        }
    }
    return findings;
}

int promlet_registry_lint(promlet_registry *registry, promlet_lint_fn found, void *ctx)
{
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    if (snapshot == NULL) {
        return -1;
    }
    size_t count;
    pml_family **families = pml_registry_list(pml_registry_of(registry), &count);
    int findings = families != NULL ? 0 : -1;
    for (size_t i = 0; families != NULL && i < count; i++) {
        findings += pml_lint(families[i]->definition, found, ctx);
    }
    findings += families != NULL ? lint_collected(snapshot, found, ctx) : 0;
    pml_free(families);
    promlet_snapshot_release(snapshot);
    if (findings < 0) {
        (void)pml_fail_memory();
    }
    return findings;
}
