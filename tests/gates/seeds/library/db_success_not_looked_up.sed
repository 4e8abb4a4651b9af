# SPDX-License-Identifier: Apache-2.0
# Seed: a key that is asked for and not there is a failure.
# file: src/instrument/db_client.c
# test: test_db_client
# expect: [  FAILED  ] each_operation_with_each_error_type_is_counted
/^static bool is_success/,/^}/s/return true;/return false;/
