# SPDX-License-Identifier: Apache-2.0
# Seed: a field where a struct had a gap.
# expect: missing initializer
/^struct promlet_spread {/,/^};/s/^};/    uint32_t another;\n&/
