# SPDX-License-Identifier: Apache-2.0
# Seed: a number may be formatted behind the end of a piece.
# file: src/encode/cursor.h
# target: documents
# expect: heap-buffer-overflow
s/to->end - to->at >= PML_NUMBER_SIZE/to->end - to->at >= 3/
