# SPDX-License-Identifier: Apache-2.0
# Seed: an operation that fails is not recorded.
# file: examples/sqlite_kv/client.c
# expect: ('append', 'RecordTooBig'): the tally has 1, the metrics 0
s/^    promlet_db_operation_finish(/    if (outcome == STORE_OK) promlet_db_operation_finish(/
