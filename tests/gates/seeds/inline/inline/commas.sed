# SPDX-License-Identifier: Apache-2.0
# Seed: a macro of one argument, which commas make two.
# expect: macro "promlet_gauge_inc" passed 2 arguments
s/^#define promlet_gauge_inc(\.\.\.).*/#define promlet_gauge_inc(gauge) promlet_hot_gauge_inc(gauge)/
