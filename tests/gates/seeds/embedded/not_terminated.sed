# SPDX-License-Identifier: Apache-2.0
# Seed: the service does not end by itself when it is terminated.
# expect: after SIGTERM the status is 143
/event_add(terminated/d
