# SPDX-License-Identifier: Apache-2.0
# Seed: soft text is too soft.
# file: src/page/page.css
# check: themes
# expect: in the light theme the contrast of
s|--soft: #5c646b|--soft: #8c949b|
