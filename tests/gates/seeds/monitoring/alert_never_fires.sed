# SPDX-License-Identifier: Apache-2.0
# Seed: an alert that is never true.
# file: rules/alerts.yml
# arguments: --without-services
# expect: alertname: TargetDown
s/expr: up == 0/expr: up == 2/
