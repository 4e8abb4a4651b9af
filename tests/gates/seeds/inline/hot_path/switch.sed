# SPDX-License-Identifier: Apache-2.0
# Seed: a recording that doesn't ask the switch.
# expect: while off, inlined
s/if (promlet_hot_is_\(off\|flagged\)()) {/if (0) {/
