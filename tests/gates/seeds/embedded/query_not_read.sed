# SPDX-License-Identifier: Apache-2.0
# Seed: the query is not passed on.
# expect: name[] does not choose one family
/\.query = /d
