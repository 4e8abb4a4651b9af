# SPDX-License-Identifier: Apache-2.0
# Seed: stages are measured though nobody wants them.
# file: examples/sqlite_kv/metrics.c
# expect: nobody switched them on
s/^    promlet_set_trace_context_hook/    promlet_db_client_set_stages(operations, true);\n&/
