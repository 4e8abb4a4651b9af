/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The linter over all that a registry has. It needs a snapshot, though no value of it: taking one
 * finds the metrics at file scope, and while it lives no family goes away.
 */
#include <promlet/lint.h>

#include "base/alloc.h"
#include "base/report.h"
#include "registry/lint.h"
#include "registry/registry.h"

#include <promlet/snapshot.h>

int promlet_lint(promlet_registry *registry, promlet_lint_fn found, void *ctx)
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
    pml_free(families);
    promlet_snapshot_release(snapshot);
    if (findings < 0) {
        (void)pml_fail_memory();
    }
    return findings;
}
