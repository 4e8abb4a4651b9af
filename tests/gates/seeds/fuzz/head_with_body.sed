# SPDX-License-Identifier: Apache-2.0
# Seed: HEAD is answered with a body.
# file: src/http/response.c
# target: requests
# expect: finding: HEAD: status 200
/response->piece_count = 0;/d
