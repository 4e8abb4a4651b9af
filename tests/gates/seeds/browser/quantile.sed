# SPDX-License-Identifier: Apache-2.0
# Seed: a quantile is taken from the start of its bucket.
# file: src/page/distribution.js
# check: formats
# expect: job_duration_seconds: its type and value
s|return lower + (bounds\[at\] - lower).*;|return lower;|
