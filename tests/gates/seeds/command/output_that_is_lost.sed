# SPDX-License-Identifier: Apache-2.0
# Seed: nobody hears that what was printed could not be written.
# file: src/tool/arguments.c
# test: run_commands test_get
# expect: assert result.returncode == 2
s/if (fflush(stdout) != 0 || ferror(stdout))/if (false)/
