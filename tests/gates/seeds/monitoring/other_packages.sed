# SPDX-License-Identifier: Apache-2.0
# Seed: the image is built otherwise than examples/run builds.
# file: Dockerfile
# arguments: --without-services
# expect: unlike examples/run
s/libsqlite3-dev//
