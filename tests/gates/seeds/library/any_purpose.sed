# SPDX-License-Identifier: Apache-2.0
# Seed: a client may show the certificate of a server.
# file: src/server/tls_identity.c
# test: test_server_tls_clients
# seconds: 60
# expect: [  FAILED  ] client_with_another_certificate_gets_no_answer
s/verify_peers(session, &purpose, 1, &problems)/verify_peers(session, \&purpose, 0, \&problems)/
