# SPDX-License-Identifier: Apache-2.0
# Seed: a help text is taken for HTML, which the policy refuses.
# file: src/page/family.js
# check: formats
# expect: the page shows families
s|fill(this.help, \[family.help\])|this.help.innerHTML = family.help|
