# SPDX-License-Identifier: Apache-2.0
# Seed: an operation that failed without a name counts as success.
# file: src/instrument/db_client.c
# test: test_db_client
# expect: [  FAILED  ] operation_scope_records_on_every_way_out
s/is_named ? error_type : PROMLET_DB_ERROR_OTHER/is_named ? error_type : ""/
