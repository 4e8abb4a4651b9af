# SPDX-License-Identifier: Apache-2.0
# Seed: an image that is another one tomorrow.
# file: docker-compose.yml
# arguments: --without-services
# expect: not of a fixed version
s/prometheus:v[0-9.]*/prometheus:latest/
