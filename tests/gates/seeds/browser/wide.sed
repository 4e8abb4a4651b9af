# SPDX-License-Identifier: Apache-2.0
# Seed: a narrow window is too narrow.
# file: src/page/page.css
# check: narrow
# expect: in a window of 360 pixels the page needs
s|    th, td { padding: 0; }|    th, td { padding: 0; min-width: 30rem; }|
