# SPDX-License-Identifier: Apache-2.0
# Seed: there is a series before any operation.
# file: examples/sqlite_kv/metrics.c
# expect: before any operation there is
/^    promlet_set_trace_context_hook/{
i\    promlet_db_operation early = promlet_db_operation_start(operations, "main", "items", "get");
i\    promlet_db_operation_finish(&early, NULL);
}
