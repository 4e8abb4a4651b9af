# SPDX-License-Identifier: Apache-2.0
# Seed: an alert that no test knows.
# file: rules/alerts.yml
# arguments: --without-services
# expect: no test makes HostIsBusy fire
s/^  - name: resources/&\n    rules: [{alert: HostIsBusy, expr: up > 2}]\n  - name: others/
