# SPDX-License-Identifier: Apache-2.0
# Seed: documents are compressed that are too small for it.
# file: src/http/gzip.h
# target: requests
# expect: finding: Content-Encoding is gzip
s/LEAST_GZIP_BYTES 1024/LEAST_GZIP_BYTES 16/
