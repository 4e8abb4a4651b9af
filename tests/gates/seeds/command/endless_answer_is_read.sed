# SPDX-License-Identifier: Apache-2.0
# Seed: an answer is read for as long as a server sends it, up to the end of the time.
# file: src/tool/fetch_curl.c
# test: run_commands test_fetch
# expect: /endless: (
s/if (size > self->options->max_bytes - self->size)/if (false)/
