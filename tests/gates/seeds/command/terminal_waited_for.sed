# SPDX-License-Identifier: Apache-2.0
# Seed: top waits for a terminal that takes nothing, and scrapes no more.
# file: src/tool/terminal.c
# test: run_top test_stuck_terminal
# expect: scrapes
s/O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC/O_WRONLY | O_NOCTTY | O_CLOEXEC/
