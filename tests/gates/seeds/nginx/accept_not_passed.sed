# SPDX-License-Identifier: Apache-2.0
# Seed: nginx keeps to itself what the scraper can read.
# expect: expected the header Content-Type: application/openmetrics-text
s/proxy_set_header Host localhost;/proxy_set_header Accept "";/
