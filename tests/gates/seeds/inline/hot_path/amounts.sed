# SPDX-License-Identifier: Apache-2.0
# Seed: another rule for what is refused.
# expect: the texts of both forms differ
s/promlet_hot_is_finite(amount) \&\& amount >= 0/promlet_hot_is_finite(amount)/
