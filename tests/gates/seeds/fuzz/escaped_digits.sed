# SPDX-License-Identifier: Apache-2.0
# Seed: the digits of a code in a name are lower-case.
# file: src/base/name.c
# target: documents
# expect: , escaping 3
s/0123456789ABCDEF/0123456789abcdef/
