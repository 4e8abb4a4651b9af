# SPDX-License-Identifier: Apache-2.0
# Seed: rates are per millisecond.
# file: src/page/page.js
# check: refresh
# expect: seconds are
s|(latest.at - earlier.at) / 1000|latest.at - earlier.at|
