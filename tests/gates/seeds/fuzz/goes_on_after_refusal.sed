# SPDX-License-Identifier: Apache-2.0
# Seed: a refusal leaves the connection open.
# file: src/server/reply.c
# target: server
# expect: finding: the connection goes on after status 4
s|http_status / 100 != 4|http_status != 0|
