# SPDX-License-Identifier: Apache-2.0
# Seed: native buckets are one too low.
# file: src/page/distribution.js
# check: formats
# expect: wait_seconds: its type and value
s|native.positive.map((\[index, count\]) => \[index - lowest + 1, count\])|native.positive.map(([index, count]) => [index - lowest, count])|
