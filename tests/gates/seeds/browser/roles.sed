# SPDX-License-Identifier: Apache-2.0
# Seed: a narrow window has no heads of columns, for nobody.
# file: src/page/page.css
# check: narrow
# expect: the roles in a narrow window
s|^    thead { position: .*|    thead { display: none; }|
