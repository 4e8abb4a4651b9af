# SPDX-License-Identifier: Apache-2.0
# Seed: what a label holds reaches the terminal as it is, whatever the terminal does then.
# file: src/tool/screen.c
# test: test_tool_view
# expect: [  FAILED  ] view_of_odd_names_is_harmless
s/if (bytes\[0\] >= ' ' && bytes\[0\] < 0x7f)/if (bytes[0] < 0x7f)/
