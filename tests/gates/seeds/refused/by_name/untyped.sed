# SPDX-License-Identifier: Apache-2.0
# Seed: views that have lost the type of their family.
# expect: gcc does not find mistake 6
s/promlet_gauge_family_curry_array((family)/promlet_gauge_family_curry_array((promlet_gauge_family *)(family)/
