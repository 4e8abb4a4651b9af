# SPDX-License-Identifier: Apache-2.0
# Seed: a stop removes whatever stands where its UNIX socket was.
# file: src/server/listen_unix.c
# test: test_server_unix_files
# expect: [  FAILED  ] stop_leaves_another_file_alone
s/ && lstat(listener->unix_path, &found) == 0 &&/ \&\& lstat(listener->unix_path, \&found) == 0) {/
/found.st_dev == listener->unix_file.device/d
