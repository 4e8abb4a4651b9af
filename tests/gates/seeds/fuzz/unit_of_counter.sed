# SPDX-License-Identifier: Apache-2.0
# Seed: a unit is told though the escaped name no longer ends in it.
# file: src/encode/utf8_names.c
# target: documents
# expect: the name does not end in the unit
s/(is_last \&\& memchr/((is_last || !is_last) \&\& memchr/
