# SPDX-License-Identifier: Apache-2.0
# Seed: a value that equals a bound falls into the bucket above it.
# file: include/promlet/hot_path.h
# target: registry
# expect: finding:
s/return at + (size_t)(values\[at\] < value);/return at + (size_t)(values[at] <= value);/
