# SPDX-License-Identifier: Apache-2.0
# Seed: credentials stay in memory that is given back.
# file: src/server/auth.c
# test: test_server_auth_wiped
# seconds: 30
# expect: [  FAILED  ] server_that_has_ended_leaves_no_credentials
/^void pml_server_auth_free/,/^}/s/pml_server_secret_wipe(&auth->[a-z]*);//
