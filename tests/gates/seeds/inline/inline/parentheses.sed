# SPDX-License-Identifier: Apache-2.0
# Seed: an argument without parentheses.
# expect: wrong: operators in arguments
s/-(double)(amount)/-(double)amount/
