# SPDX-License-Identifier: Apache-2.0
# Seed: each request counts as a GET.
# expect: the status is 200, not 405
s/: "another"/: "GET"/
