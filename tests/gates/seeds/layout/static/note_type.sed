# SPDX-License-Identifier: Apache-2.0
# Seed: another type of notes.
# expect: the note of layout_total is not as
s/8, 72, 1/8, 72, 2/
