# SPDX-License-Identifier: Apache-2.0
# Seed: a quote in a label value is not escaped.
# file: src/series/label_set.c
# target: registry
# expect: finding: not well-formed
/case '"':/,+1d
