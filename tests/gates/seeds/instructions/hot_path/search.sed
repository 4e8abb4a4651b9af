# SPDX-License-Identifier: Apache-2.0
# Seed: a search that halves all bounds in spite of the table.
# expect: observe_20_bounds_base_inlined
s/if (!PROMLET_LIKELY(table->span == 1)) {/if (1) {/; s/promlet_hot_search(values, at, table->span, value)/promlet_hot_search(values, 0, bounds->count, value)/
