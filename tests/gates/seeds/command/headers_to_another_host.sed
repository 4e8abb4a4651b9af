# SPDX-License-Identifier: Apache-2.0
# Seed: a redirect takes the user's headers to whatever host it likes.
# file: src/tool/fetch_curl.c
# test: run_commands test_headers_stay_with_their_server
# expect: X-Api-Key: secret
s/long follows = options->header_count == 0;/long follows = 1;/
