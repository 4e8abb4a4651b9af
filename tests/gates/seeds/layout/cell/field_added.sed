# SPDX-License-Identifier: Apache-2.0
# Seed: a field at the end of a struct.
# expect: the layout has changed
/^struct promlet_counter {/,/^};/s/^};/    uint64_t another;\n&/
