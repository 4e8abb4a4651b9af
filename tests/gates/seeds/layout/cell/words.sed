# SPDX-License-Identifier: Apache-2.0
# Seed: the words of a per-CPU cell in another order.
# expect: the layout has changed
s/PROMLET_COUNTER_WHOLE, PROMLET_COUNTER_FRACTION,/PROMLET_COUNTER_FRACTION, PROMLET_COUNTER_WHOLE,/
