# SPDX-License-Identifier: Apache-2.0
# Seed: a server without a host is reached from other machines.
# file: src/server/options.c
# test: test_server_listen
# expect: [  FAILED  ] start_warns_once_when_other_machines_can_reach_it
s/options->host = "127.0.0.1";/options->host = "0.0.0.0";/
