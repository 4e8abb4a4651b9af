# SPDX-License-Identifier: Apache-2.0
# Seed: a surrogate passes as UTF-8.
# file: src/base/utf8.c
# target: registry
# expect: not UTF-8
s/{0xed, 0xed, 3, 0x80, 0x9f}/{0xed, 0xed, 3, 0x80, 0xbf}/
