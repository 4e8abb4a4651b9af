/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of tool/hash.h. */
#include "tool/hash.h"

#include "tool_test.h"

#include <sys/wait.h>
#include <unistd.h>

/* The example of the paper: the key and the text are the bytes from 0 on. */
static void hash_is_that_of_the_paper(void **state)
{
    (void)state;
    const uint64_t key[] = {0x0706050403020100U, 0x0f0e0d0c0b0a0908U};
    char bytes[15];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (char)i;
    }
    assert_true(pml_tool_hash_with(key, bytes, sizeof bytes) == 0xa129ca6149be45e5U);
    assert_true(pml_tool_hash_with(key, bytes, 0) != pml_tool_hash_with(key, bytes, 8));
}

/* Whoever could know it would choose names that meet in one place of a table. */
static void hash_is_another_in_each_process(void **state)
{
    (void)state;
    int pipes[2];
    uint64_t others;
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        others = pml_tool_hash(0, "name", 4);
        _exit(write(pipes[1], &others, sizeof others) == (ssize_t)sizeof others ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(read(pipes[0], &others, sizeof others), sizeof others);
    assert_true(pml_tool_hash(0, "name", 4) != others);
    assert_true(pml_tool_hash(0, "name", 4) == pml_tool_hash(0, "name", 4));
    assert_true(pml_tool_hash(0, "name", 4) != pml_tool_hash(1, "name", 4));
    (void)close(pipes[0]);
    (void)close(pipes[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash_is_another_in_each_process), /* before there is a key here */
        cmocka_unit_test(hash_is_that_of_the_paper),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
