# SPDX-License-Identifier: Apache-2.0
# Seed: nothing shows that an alert is silent on a good day.
# file: rules/tests.yml
# arguments: --without-services
# expect: no test keeps CpuHigh from firing
/20m, alertname: CpuHigh}/d
