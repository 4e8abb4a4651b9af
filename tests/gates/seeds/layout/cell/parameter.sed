# SPDX-License-Identifier: Apache-2.0
# Seed: a parameter of another type.
# expect: incompatible pointer type
/promlet_cell1_add_real/,/;/s/double amount/float amount/
