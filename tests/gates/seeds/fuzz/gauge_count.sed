# SPDX-License-Identifier: Apache-2.0
# Seed: the last bucket of a gauge histogram is not counted in text.
# file: src/encode/text.c
# target: documents
# expect: finding: text 0.0.4
s/i <= lines->family->bound_count/i < lines->family->bound_count/
