# SPDX-License-Identifier: Apache-2.0
# Seed: of attributes with the same key the first one counts: a wrong label, or a wrong status where
# one of the two is no UTF-8. Which comes first, is chance.
# file: src/collect/process_resource.c
# target: attributes
# expect: finding: a
/^static int compare/,/^}/s/left->number > right->number) - (left->number < right->number/left->number < right->number) - (left->number > right->number/
