# SPDX-License-Identifier: Apache-2.0
# Seed: a line feed in a label value stays escaped.
# file: src/page/document.js
# check: hostile
# expect: labels that look like HTML
s|c === 'n' ? '.n' : c|c|
