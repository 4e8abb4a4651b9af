# SPDX-License-Identifier: Apache-2.0
# Seed: a client that gave up long ago is still sent its answer.
# file: src/server/answer.c
# test: test_server_limits
# seconds: 60
# expect: [  FAILED  ] reader_is_cut_when_prometheus_no_longer_waits
s/"X-Prometheus-Scrape-Timeout-Seconds"/"X-Nobody"/
