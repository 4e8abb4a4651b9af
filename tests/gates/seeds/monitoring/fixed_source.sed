# SPDX-License-Identifier: Apache-2.0
# Seed: a panel that asks one data source, whatever is chosen.
# file: grafana/dashboards/service.json
# arguments: --without-services
# expect: data source is no variable
s/"uid": "\${datasource}"/"uid": "prometheus"/
