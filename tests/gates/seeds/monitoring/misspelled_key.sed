# SPDX-License-Identifier: Apache-2.0
# Seed: a key that Grafana does not know.
# file: grafana/dashboards/service.json
# arguments: --without-services
# expect: fieldconfig
s/"fieldConfig"/"fieldconfig"/
