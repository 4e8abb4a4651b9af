# SPDX-License-Identifier: Apache-2.0
# Seed: signals of the host run in the server's threads.
# file: src/server/life.c
# test: test_server_threads
# seconds: 30
# expect: [  FAILED  ] server_thread_blocks_all_signals
s/sigfillset(&all);/sigemptyset(\&all);/
