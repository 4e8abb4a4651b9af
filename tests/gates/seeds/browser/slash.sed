# SPDX-License-Identifier: Apache-2.0
# Seed: a slash is a letter like any other.
# file: src/page/page.js
# check: keyboard
# expect: /: {
s|event.key === '/' && !isSearching|false|
