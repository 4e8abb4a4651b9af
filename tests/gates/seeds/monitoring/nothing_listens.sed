# SPDX-License-Identifier: Apache-2.0
# Seed: a target that no service is.
# file: prometheus.yml
# arguments: --without-services
# expect: nothing listens on port 9465
s/127.0.0.1:9464/127.0.0.1:9465/
