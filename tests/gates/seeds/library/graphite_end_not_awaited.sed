# SPDX-License-Identifier: Apache-2.0
# Seed: what was sent to Graphite is taken for arrived, although the connection ended before.
# file: src/expose/connection.c
# seconds: 30
# test: test_graphite
# expect: [  FAILED  ] connection_that_ends_too_early_is_an_error
s/^    int error = wait_for_their_end(connection);/    int error = 0;/
