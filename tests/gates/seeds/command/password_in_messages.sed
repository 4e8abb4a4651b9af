# SPDX-License-Identifier: Apache-2.0
# Seed: the password in a URL stands in what is said of it.
# file: src/tool/source.c
# test: run_commands test_fetch
# expect: AssertionError: promlet: http://me:secret@
s/user_size = host\[i\] == '@' ? i + 1 : user_size;/(void)user_size;/
