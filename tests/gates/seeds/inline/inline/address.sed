# SPDX-License-Identifier: Apache-2.0
# Seed: a name that no longer means the function.
# expect: is another function's
s/^#define promlet_counter_inc(\.\.\.).*/static inline void seed_inc(promlet_counter *counter)\n{\n    promlet_hot_counter_add_u64(counter, 1);\n}\n#define promlet_counter_inc seed_inc/
