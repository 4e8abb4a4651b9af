# SPDX-License-Identifier: Apache-2.0
# Seed: a space beyond ASCII stays in a path, where carbon takes it for the end of a field.
# file: src/encode/graphite.c
# test: test_graphite_lines
# expect: [  FAILED  ] utf8_is_kept_but_for_its_spaces
s/ code == 0x2028 ||//; s/(code >= 0x2000 && code <= 0x200a)/false/
