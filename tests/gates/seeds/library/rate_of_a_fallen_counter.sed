# SPDX-License-Identifier: Apache-2.0
# Seed: a counter that began anew has a negative rate.
# file: src/tool/rows.c
# test: test_tool_view
# expect: [  FAILED  ] view_of_80_columns_has_most_figures
s/return now >= before ? now - before : now;/return now - before;/
