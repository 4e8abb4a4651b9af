# SPDX-License-Identifier: Apache-2.0
# Seed: what cannot be read is shown as no metrics.
# file: src/page/page.js
# check: errors
# expect: the page says: What the service sent
s|throw new Problem('What the service sent cannot be read as metrics.')|families = []|
