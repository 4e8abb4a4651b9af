# SPDX-License-Identifier: Apache-2.0
# Seed: of attributes with the same key the first one counts.
# file: src/collect/process_resource.c
# target: attributes
# expect: finding: a label
/^static int compare/,/^}/s/left->number > right->number) - (left->number < right->number/left->number < right->number) - (left->number > right->number/
