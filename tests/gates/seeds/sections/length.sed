# SPDX-License-Identifier: Apache-2.0
# Seed: a length that is wrong by one byte.
# expect: are not those of instructions
s/end - start/end - start - 1/
