# SPDX-License-Identifier: Apache-2.0
# Seed: control characters are let through.
# file: src/server/soundness.c
# target: server
# expect: finding: answered a request that is not sound
s/(byte < ' ' \&\& byte != '\\t') || byte == 0x7f/byte == 0x7f/
