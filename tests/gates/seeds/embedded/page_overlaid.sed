# SPDX-License-Identifier: Apache-2.0
# Seed: the service has no page of its own any more.
# expect: shows metrics on its own page
s/"\/", greet/"\/", show_metrics/
