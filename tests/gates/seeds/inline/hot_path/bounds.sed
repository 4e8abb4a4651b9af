# SPDX-License-Identifier: Apache-2.0
# Seed: a value on a bound falls into the next bucket.
# expect: the texts of both forms differ
s/values\[\(at[^]]*\)\] < value/values[\1] <= value/
