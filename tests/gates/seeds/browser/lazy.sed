# SPDX-License-Identifier: Apache-2.0
# Seed: all series are rendered at once.
# file: src/page/family.js
# check: large
# expect: series that are rendered
s|entries.slice(0, this.limit)|entries|
