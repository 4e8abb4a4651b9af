# SPDX-License-Identifier: Apache-2.0
# Seed: one more load.
# expect: counter_inc_base_inlined                 15.0     14.0
s/^    return __atomic_load_n(place, __ATOMIC_ACQUIRE);/    (void)*(struct promlet_spread *const volatile *)place;\n&/
