# SPDX-License-Identifier: Apache-2.0
# Seed: a note without its last word.
# expect: the note of layout_gauge is not as
s/8, 72, 1/8, 64, 1/; s/^\( *\)"\.8byte %c8 - \.\\n\\t"  /\1""                   /
