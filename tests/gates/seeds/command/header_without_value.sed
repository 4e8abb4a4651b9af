# SPDX-License-Identifier: Apache-2.0
# Seed: a header whose value is missing makes a request without it.
# file: src/tool/headers.c
# test: run_commands test_headers_of_a_file
# expect: AssertionError: promlet get -H @
s/^    return value + strspn(value, " .t") < line + size$/    return true/
