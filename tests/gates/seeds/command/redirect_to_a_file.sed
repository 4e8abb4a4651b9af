# SPDX-License-Identifier: Apache-2.0
# Seed: a server can have a file of the user's read.
# file: src/tool/fetch_curl.c
# test: run_commands test_fetch
# expect: local.prom: (
s/CURLOPT_\(REDIR_\)*PROTOCOLS_STR, "http,https"/CURLOPT_\1PROTOCOLS_STR, "all"/
