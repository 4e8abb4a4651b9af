# SPDX-License-Identifier: Apache-2.0
# Seed: an argument that is evaluated twice.
# expect: arguments are not evaluated once: promlet_gauge_set(
s/^#define promlet_gauge_set(\.\.\.).*/#define promlet_gauge_set(gauge, value) (promlet_hot_gauge_set((gauge), (value)), promlet_hot_gauge_set((gauge), (value)))/
