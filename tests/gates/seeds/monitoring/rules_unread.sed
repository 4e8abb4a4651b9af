# SPDX-License-Identifier: Apache-2.0
# Seed: a rule that Prometheus cannot read.
# file: rules/recording.yml
# arguments: --without-services
# expect: could not parse expression
s/sum by (job) (rate(http_requests_total/sum by job (rate(http_requests_total/
