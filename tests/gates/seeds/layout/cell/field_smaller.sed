# SPDX-License-Identifier: Apache-2.0
# Seed: a field of another size.
# expect: the layout has changed
s/    size_t count; /    uint32_t count; /
