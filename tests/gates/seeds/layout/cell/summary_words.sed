# SPDX-License-Identifier: Apache-2.0
# Seed: a summary that counts where another library has its sketch.
# expect: the layout has changed
/^struct promlet_summary {/,/^};/{/struct promlet_sketch/d;s/^};/    struct promlet_sketch *sketch;\n&/}
