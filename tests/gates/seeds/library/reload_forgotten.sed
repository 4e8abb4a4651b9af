# SPDX-License-Identifier: Apache-2.0
# Seed: a reload reads the files and does nothing with them.
# file: src/server/tls_gnutls.c
# test: test_server_tls_reload
# seconds: 60
# expect: [  FAILED  ] reload_changes_the_certificate_of_new_connections
/^static void take_next/,/^}/s/replace(tls, next);/pml_server_tls_identity_release(next);/
