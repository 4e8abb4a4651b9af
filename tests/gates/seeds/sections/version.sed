# SPDX-License-Identifier: Apache-2.0
# Seed: a version that the kernel refuses.
# expect: version 1 and flags 0, not 0
s/\.long   0, 0/.long   1, 0/
