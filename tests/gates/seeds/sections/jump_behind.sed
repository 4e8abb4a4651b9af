# SPDX-License-Identifier: Apache-2.0
# Seed: a jump over the committing store.
# expect: a jump out: je
s/^        imulq .*/&\n        je      end/
