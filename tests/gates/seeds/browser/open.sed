# SPDX-License-Identifier: Apache-2.0
# Seed: the policy lets styles and pictures in.
# file: cmake/embed_page.cmake
# check: policy
# expect: the policy refuses
s|style-src ${style_hash}|style-src 'unsafe-inline'|
s|img-src data:|img-src data: *|
