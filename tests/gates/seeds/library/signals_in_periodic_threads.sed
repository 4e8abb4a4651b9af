# SPDX-License-Identifier: Apache-2.0
# Seed: signals of the host run in threads that run rounds.
# file: src/expose/periodic.c
# test: test_periodic
# expect: [  FAILED  ] thread_has_its_name_and_blocks_all_signals
s/sigfillset(&all);/sigemptyset(\&all);/
