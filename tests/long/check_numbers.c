/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks as many numbers as wanted against strtod and against exact arithmetic, on all CPUs: that
 * each text is read back, is the shortest that is, and the closest of those. tests/run checks a
 * million of the same kinds (test_number_exact.c); this is for a thousand million, after a change
 * of base/number.c:
 *
 *   cmake --preset release && cmake --build --preset release --target check_numbers
 *   build/release/tests/check_numbers 1000000000
 *
 * usage: check_numbers [COUNT]
 * Ends with 1 at the first number whose text is wrong. PROMLET_TEST_SEED chooses other numbers.
 */
#include "base/number.h"
#include "support/number_fault.h"
#include "support/number_values.h"

#include <inttypes.h>
#include <unistd.h>

#define DEFAULT_COUNT UINT64_C(1000000000)
#define BLOCK UINT64_C(1000000)

/* printf says every 64th time what the digits are, as a check of the check. */
#define TURNS_TO_PRINTF 64

static uint64_t wanted;
static uint64_t seed;
static _Atomic uint64_t next_block;
static _Atomic uint64_t checked;

static _Noreturn void fail(double value, const char *text, const char *why)
{
    printf("FAILED: %a: \"%s\" %s\n", value, text, why);
    exit(1);
}

/* The shortest text of printf that is read back, without what differs in notation. */
static void check_with_printf(double value, const char *text)
{
    char printed[64];
    int digits = 0;
    do {
        (void)snprintf(printed, sizeof printed, "%.*e", digits++, value);
    } while (strtod(printed, NULL) != value);
    number_decimal ours;
    number_decimal theirs;
    if (!number_parse(text, &ours) || !number_parse(printed, &theirs)) {
        fail(value, text, "can't be compared with printf's");
    }
    /* printf's may be one of the same length that lies farther away, where the doubles below lie
       closer than those above; exact arithmetic has decided. */
    bool is_lopsided = (number_bits(value) & ((UINT64_C(1) << 52) - 1)) == 0;
    if (!is_lopsided && (ours.digits != theirs.digits || ours.exponent != theirs.exponent)) {
        fail(value, text, "is not what printf says");
    }
}

static void check(double value, void *ctx)
{
    char sample[PML_NUMBER_SIZE + 1];
    char bound[PML_NUMBER_SIZE + 1];
    uint64_t *count = ctx;
    sample[pml_format_double(value, sample)] = '\0';
    bound[pml_format_bound(value, bound)] = '\0';
    const char *fault = number_fault(value, sample, bound);
    if (fault != NULL) {
        fail(value, sample, fault);
    }
    if (++*count % TURNS_TO_PRINTF == 0) {
        check_with_printf(value, sample);
    }
}

static void *check_blocks(void *unused)
{
    (void)unused;
    for (;;) {
        uint64_t block = atomic_fetch_add(&next_block, 1);
        uint64_t random = seed + block;
        uint64_t count = 0;
        if (block * BLOCK >= wanted) {
            return NULL;
        }
        for (uint64_t turn = 0; turn < BLOCK && block * BLOCK + turn < wanted; turn++) {
            double value = number_draw(block * BLOCK + turn, &random);
            check(turn / 8 % 2 == 0 ? value : -value, &count);
        }
        atomic_fetch_add(&checked, count);
    }
}

static void check_random_ones(void)
{
    pthread_t threads[256];
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    int count = cpus < 1 ? 1 : cpus > 256 ? 256 : (int)cpus;
    printf("%" PRIu64 " random numbers on %d CPUs, of 8 kinds in turn\n", wanted, count);
    (void)fflush(stdout);
    for (int i = 0; i < count; i++) {
        if (pthread_create(&threads[i], NULL, check_blocks, NULL) != 0) {
            puts("FAILED: cannot start a thread");
            exit(1);
        }
    }
    for (int i = 0; i < count; i++) {
        (void)pthread_join(threads[i], NULL);
    }
}

int main(int argc, char **argv)
{
    uint64_t fixed = 0;
    double start = stress_now();
    wanted = argc > 1 ? strtoull(argv[1], NULL, 10) : DEFAULT_COUNT;
    seed = stress_seed();
    exact_start();
    number_visit_fixed(check, &fixed);
    printf("%" PRIu64 " fixed numbers: every exponent with each bit of the fraction, powers of two "
           "and ten with %d neighbours on either side\n",
           fixed, NUMBER_NEIGHBOURS);
    check_random_ones();
    printf("%" PRIu64 " numbers in %.0f s: each is read back by strtod, and no shorter and no "
           "closer decimal is; printf agreed on every %dth\n",
           fixed + atomic_load(&checked), stress_now() - start, TURNS_TO_PRINTF);
    return 0;
}
