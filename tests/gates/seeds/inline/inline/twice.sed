# SPDX-License-Identifier: Apache-2.0
# Seed: an argument that is evaluated twice.
# expect: arguments are not evaluated once: promlet_gauge_set(
s/promlet_hot_gauge_set((gauge), (value))/((void)(value), promlet_hot_gauge_set((gauge), (value)))/
