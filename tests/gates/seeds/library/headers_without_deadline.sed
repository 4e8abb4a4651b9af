# SPDX-License-Identifier: Apache-2.0
# Seed: a request may take any time to come in.
# file: src/server/connections.c
# test: test_server_limits
# seconds: 60
# expect: [  FAILED  ] test_defect_19_headers_that_trickle_in_are_cut_at_their_deadline
s/return now_ns + limits->header_ns;/return PML_NEVER_NS;/
