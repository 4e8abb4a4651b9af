# SPDX-License-Identifier: Apache-2.0
# Seed: a recording rule that is off.
# file: rules/recording.yml
# arguments: --without-services
# expect: instance:node_cpu:busy_ratio5m
s/1 - avg by (instance)/2 - avg by (instance)/
