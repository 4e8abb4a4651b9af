/* SPDX-License-Identifier: Apache-2.0 */
/* SipHash-2-4, after the paper of Aumasson and Bernstein, 2012. */
#include "tool/hash.h"

#include <stdbool.h>
#include <sys/random.h>
#include <time.h>

typedef struct state {
    uint64_t v[4];
} state;

static uint64_t rotated(uint64_t word, unsigned int bits)
{
    return word << bits | word >> (64 - bits);
}

static void do_rounds(state *self, int count)
{
    uint64_t *v = self->v;
    for (int i = 0; i < count; i++) {
        v[0] += v[1];
        v[2] += v[3];
        v[1] = rotated(v[1], 13) ^ v[0];
        v[3] = rotated(v[3], 16) ^ v[2];
        v[0] = rotated(v[0], 32);
        v[2] += v[1];
        v[0] += v[3];
        v[1] = rotated(v[1], 17) ^ v[2];
        v[3] = rotated(v[3], 21) ^ v[0];
        v[2] = rotated(v[2], 32);
    }
}

static void take_word(state *self, uint64_t word)
{
    self->v[3] ^= word;
    do_rounds(self, 2);
    self->v[0] ^= word;
}

/* Up to 8 bytes, the first one lowest. */
static uint64_t word_of(const char *bytes, size_t size)
{
    uint64_t word = 0;
    for (size_t i = 0; i < size; i++) {
        word |= (uint64_t)(unsigned char)bytes[i] << (8 * i);
    }
    return word;
}

uint64_t pml_tool_hash_with(const uint64_t key[2], const char *bytes, size_t size)
{
    state self = {{key[0] ^ 0x736f6d6570736575U, key[1] ^ 0x646f72616e646f6dU,
                   key[0] ^ 0x6c7967656e657261U, key[1] ^ 0x7465646279746573U}};
    size_t at = 0;
    for (; size - at >= 8; at += 8) {
        take_word(&self, word_of(bytes + at, 8));
    }
    take_word(&self, word_of(bytes + at, size - at) | (uint64_t)size << 56);
    self.v[2] ^= 0xff;
    do_rounds(&self, 4);
    return self.v[0] ^ self.v[1] ^ self.v[2] ^ self.v[3];
}

static const uint64_t *process_key(void)
{
    static uint64_t key[2];
    static bool is_made;
    if (!is_made && getrandom(key, sizeof key, GRND_NONBLOCK) != (ssize_t)sizeof key) {
        struct timespec now; /* early at boot; hard to guess from elsewhere as well */
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        key[0] = (uint64_t)now.tv_nsec;
        key[1] = (uint64_t)(uintptr_t)&now;
    }
    is_made = true;
    return key;
}

uint64_t pml_tool_hash(uint64_t before, const char *bytes, size_t size)
{
    const uint64_t *key = process_key();
    return pml_tool_hash_with((const uint64_t[2]){key[0] ^ before, key[1]}, bytes, size);
}
