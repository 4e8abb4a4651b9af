# SPDX-License-Identifier: Apache-2.0
# Seed: an operation that was cancelled is recorded.
# file: src/instrument/db_client.c
# test: test_db_client
# expect: [  FAILED  ] operation_is_recorded_once_or_never
/^void promlet_db_operation_cancel/,/^}/s/operation->client = NULL;//
