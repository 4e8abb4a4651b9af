# SPDX-License-Identifier: Apache-2.0
# Seed: labels are searched beyond their end.
# file: src/snapshot/label_text.h
# target: documents
# expect: heap-buffer-overflow
s/(size_t)(end - at) >= sizeof(uint64_t)/at < end/
