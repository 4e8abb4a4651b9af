# SPDX-License-Identifier: Apache-2.0
# Seed: one round may fill all places of an address, and so costs who was there before its own.
# file: src/server/loop.c
# test: test_server_tls_handshakes
# seconds: 30
# expect: [  FAILED  ] handshake_beside_nonsense_from_its_address_is_finished
/^static int accepts_a_round/,/^}/s|(server->connections.limits->per_address + 1) / 2|server->connections.limits->per_address|
