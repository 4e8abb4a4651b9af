# SPDX-License-Identifier: Apache-2.0
# Seed: a page that is paused goes on.
# file: src/page/page.js
# check: pause
# expect: the value while the page is paused
s|if (!isPaused \&\& !document.hidden)|if (!document.hidden)|
