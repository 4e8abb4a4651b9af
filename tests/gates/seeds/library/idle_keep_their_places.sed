# SPDX-License-Identifier: Apache-2.0
# Seed: clients that sit there are not closed for others.
# file: src/server/eviction.c
# test: test_server_limits
# seconds: 30
# expect: [  FAILED  ] connection_beyond_the_limit_replaces_an_idle_one
/^pml_server_connection \*pml_server_dispensable/,/^}/s/longest(table, PML_SERVER_IDLE, address, now_ns)/NULL/
