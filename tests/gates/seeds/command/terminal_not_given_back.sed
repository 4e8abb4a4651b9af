# SPDX-License-Identifier: Apache-2.0
# Seed: a signal leaves the terminal as top had it.
# file: src/tool/terminal.c
# test: run_top test_signals_give_the_terminal_back
# expect: AssertionError
/^static void do_as_told/,/^}/s/    give_terminal();/    terminal.is_open = false;/
