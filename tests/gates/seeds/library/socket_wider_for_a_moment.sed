# SPDX-License-Identifier: Apache-2.0
# Seed: a UNIX socket has its mode only after it was bound.
# file: src/server/listen_unix.c
# test: test_server_listen_faults
# expect: [  FAILED  ] file_is_never_more_open_than_asked_for
s/fchmod(listener->fd, mode) != 0/fchmod(listener->fd, 0777) != 0/
