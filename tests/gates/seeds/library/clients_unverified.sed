# SPDX-License-Identifier: Apache-2.0
# Seed: any certificate of a client will do for the handshake.
# file: src/server/tls_identity.c
# test: test_server_tls_clients
# seconds: 60
# expect: [  FAILED  ] client_with_another_certificate_gets_no_answer
/gnutls_certificate_set_verify_function/d
/^static int verify_client/s/^static/__attribute__((unused)) static/
