# SPDX-License-Identifier: Apache-2.0
# Seed: a header that is none is shown, token and all.
# file: src/tool/headers.c
# test: run_commands test_header_that_is_none_is_not_shown
# expect: AssertionError: promlet: get: --header secret is not possible
s/^        pml_buffer_text(why, fault);$//
