# SPDX-License-Identifier: Apache-2.0
# Seed: the second digit of an escape is not checked.
# file: src/http/query.c
# target: requests
# expect: finding: status 200 instead of 400
s/return low >= 0 ? (char)(high \* 16 + low)/return high >= 0 ? (char)(high * 16 + (low \& 15))/
