# SPDX-License-Identifier: Apache-2.0
# Seed: recordings on NULL that nobody counts.
# expect: NULL handles, inlined, are not counted
s/promlet_cell1_refuse_null();/;/
