# SPDX-License-Identifier: Apache-2.0
# Seed: a check that is gone.
# expect: keep that by --rewrite
s/if (!PROMLET_LIKELY(counter != NULL)) {/if (0) {/
