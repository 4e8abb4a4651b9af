# SPDX-License-Identifier: Apache-2.0
# Seed: two operations have one name.
# file: examples/sqlite_kv/metrics.c
# expect: prepend never succeeded
s/= PROMLET_DB_PREPEND/= PROMLET_DB_APPEND/
