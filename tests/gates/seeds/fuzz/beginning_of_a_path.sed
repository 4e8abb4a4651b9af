# SPDX-License-Identifier: Apache-2.0
# Seed: the beginning of a path is enough.
# file: src/server/routes.c
# target: server
# expect: finding: answered 1 times, asked 0 times
s/strlen(path) == length \&\& memcmp(path, target, length) == 0/strlen(path) <= length \&\& memcmp(path, target, strlen(path)) == 0/
