# SPDX-License-Identifier: Apache-2.0
# Seed: the beginning of a line is kept, however long it is.
# file: src/parse/parser.c
# test: test_parse_text
# expect: [  FAILED  ] text_beyond_limits_is_refused
s/if (size > parser->options.max_line_bytes - parser->pending_size) {/if (false) {/
