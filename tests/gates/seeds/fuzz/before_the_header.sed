# SPDX-License-Identifier: Apache-2.0
# Seed: blanks are looked for in front of an empty piece.
# file: src/encode/clauses.c
# target: negotiation
# expect: runtime error: addition of unsigned offset
s/while (size > 0 && is_blank(at\[size - 1\]))/while (is_blank(at[size - 1]))/
