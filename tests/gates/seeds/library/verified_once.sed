# SPDX-License-Identifier: Apache-2.0
# Seed: who was trusted at the handshake is trusted ever after.
# file: src/server/tls_gnutls.c
# test: test_server_tls_clients
# seconds: 60
# expect: [  FAILED  ] client_whose_certificate_expires_gets_403
s/pml_server_tls_is_client_trusted(session);/true;/
