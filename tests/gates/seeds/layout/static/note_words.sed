# SPDX-License-Identifier: Apache-2.0
# Seed: two words of a note in another order.
# expect: the note of layout_histogram is not as
s/c2 - \./c9 - ./; s/c3 - \./c2 - ./; s/c9 - \./c3 - ./
