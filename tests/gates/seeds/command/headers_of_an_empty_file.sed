# SPDX-License-Identifier: Apache-2.0
# Seed: a file without headers makes a request without them.
# file: src/tool/headers.c
# test: run_commands test_headers_of_a_file
# expect: AssertionError: promlet get -H @
s/^    if (source->header_count == count_before) {$/    if (false) {/
