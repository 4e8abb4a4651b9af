# SPDX-License-Identifier: Apache-2.0
# Seed: an alert that is true on a good day, too.
# file: rules/alerts.yml
# arguments: --without-services
# expect: alertname: DescriptorsRunOut
s/process_max_fds > 0.8/process_max_fds > 0.01/
