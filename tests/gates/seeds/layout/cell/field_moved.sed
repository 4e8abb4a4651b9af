# SPDX-License-Identifier: Apache-2.0
# Seed: a field that stands elsewhere.
# expect: the layout has changed
/^struct promlet_histogram {/,/^};/{/ sum;/d; s/^    const struct promlet_bounds/    uint64_t sum;\n&/}
