# SPDX-License-Identifier: Apache-2.0
# Seed: a stop shuts down a socket that others have as well.
# file: src/server/listen.c
# test: test_server_listen_fd
# expect: [  FAILED  ] descriptor_is_served_and_stays_the_callers
s/ || listener->is_handed_over) {/) {/
