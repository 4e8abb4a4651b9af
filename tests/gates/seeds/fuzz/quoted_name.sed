# SPDX-License-Identifier: Apache-2.0
# Seed: a quote in a quoted name is not escaped.
# file: src/encode/utf8_names.c
# target: documents
# expect: finding: text 1.0.0, escaping 4
s/ || \*bytes == '"' || / || /
