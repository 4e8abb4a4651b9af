# SPDX-License-Identifier: Apache-2.0
# Seed: two targets of a panel with one letter.
# file: grafana/dashboards/service.json
# arguments: --without-services
# expect: refIds are
s/"refId": "B"/"refId": "A"/
