# SPDX-License-Identifier: Apache-2.0
# Seed: flags that the kernel refuses.
# expect: version 0 and flags 1, not 0
s/\.long   0, 0/.long   0, 1/
