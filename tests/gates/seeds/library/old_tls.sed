# SPDX-License-Identifier: Apache-2.0
# Seed: versions of TLS are spoken that are broken.
# file: src/server/tls_gnutls.c
# test: test_server_tls
# seconds: 60
# expect: [  FAILED  ] only_tls_1_2_and_1_3_are_spoken
s/"SECURE128:-VERS-ALL.*"/"NORMAL:+VERS-TLS1.1:+VERS-TLS1.0"/
