# SPDX-License-Identifier: Apache-2.0
# Seed: the focus cannot be seen.
# file: src/page/page.css
# check: keyboard
# expect: the focus cannot be seen
s|:focus-visible { outline: 2px solid|:focus { outline: 0 solid|
