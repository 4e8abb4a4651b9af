# SPDX-License-Identifier: Apache-2.0
# Seed: labels are not searched.
# file: src/page/page.js
# check: search
# expect: searched for method="post"
s|left.every((word) => textOfSeries(series).includes(word))|left.length === 0|
