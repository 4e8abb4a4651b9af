# SPDX-License-Identifier: Apache-2.0
# Seed: a table with room for values that an enum does not have.
# expect: gcc does not find mistake 1
s/\[a##_promlet_count\]\[/[a##_promlet_count + 1][/
