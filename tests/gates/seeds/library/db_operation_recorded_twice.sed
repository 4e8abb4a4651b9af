# SPDX-License-Identifier: Apache-2.0
# Seed: an operation that is finished can be finished again.
# file: src/instrument/db_client.c
# test: test_db_client
# expect: [  FAILED  ] operation_is_recorded_once_or_never
/^static inline void record_as(/,/^}/s/operation->client = NULL;//
