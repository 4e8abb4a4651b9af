# SPDX-License-Identifier: Apache-2.0
# Seed: a key that is given where its path is expected is in the message of a server.
# file: src/server/tls_file.c
# test: test_server_tls
# expect: [  FAILED  ] start_with_the_text_of_a_file_does_not_show_it
s/^    if (pml_path_is_text(path)) {$/    if (false) {/
