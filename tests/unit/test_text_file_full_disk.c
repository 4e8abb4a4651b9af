/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A text file on a disk that is full: a small tmpfs, which this process alone sees, in a mount
 * namespace of its own. Where that is not allowed the tests are skipped, and say so.
 */
#include "support/hang.h"
#include "support/text_files.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

/* Less than the document needs, and more. */
#define SMALL "size=16k"
#define LARGE "size=8m,nr_inodes=100"

/* Enough for the folder and one file. */
#define FEW_FILES "nr_inodes=2"

/* ---- a disk of our own ----------------------------------------------------------------------- */

static bool write_to(const char *of, const char *text)
{
    int fd = open(of, O_WRONLY | O_CLOEXEC);
    bool is_written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    if (fd >= 0) {
        (void)close(fd);
    }
    return is_written;
}

/* Whoever may not make a mount namespace may in a user namespace, as its root. */
static bool enter_namespace(void)
{
    char users[50];
    char groups[50];
    (void)snprintf(users, sizeof users, "0 %u 1", (unsigned)geteuid());
    (void)snprintf(groups, sizeof groups, "0 %u 1", (unsigned)getegid());
    if (unshare(CLONE_NEWNS) == 0) {
        return true;
    }
    return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 && write_to("/proc/self/uid_map", users) &&
           write_to("/proc/self/setgroups", "deny") && write_to("/proc/self/gid_map", groups);
}

static bool can_mount(void)
{
    static enum { UNKNOWN, YES, NO } answer;
    if (answer == UNKNOWN) {
        bool is_alone =
            enter_namespace() && mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) == 0;
        answer = is_alone ? YES : NO;
    }
    return answer == YES;
}

/* Put a disk over the folder of the test, with the old file on it. Returns false, and says so,
   where there can be none. */
static bool has_disk(const char *options)
{
    if (!can_mount() || mount("tmpfs", folder, "tmpfs", 0, options) != 0) {
        print_message("SKIPPED: no disk of its own for this process: %s\n", strerror(errno));
        return false;
    }
    write_old_file();
    return true;
}

static void remove_disk(void)
{
    assert_int_equal(umount2(folder, MNT_DETACH), 0);
}

static void resize_disk(const char *options)
{
    assert_int_equal(mount("tmpfs", folder, "tmpfs", MS_REMOUNT, options), 0);
}

/* ---- the file -------------------------------------------------------------------------------- */

static void expect_no_space(promlet_registry *registry, const char *step)
{
    char expected[PATH_MAX + 100];
    promlet_text_file_opts options = {.registry = registry, .path = path};
    (void)snprintf(expected, sizeof expected, "%s: %s: No space left on device", path, step);
    assert_int_equal(promlet_text_file_write(&options), PROMLET_ERROR_SYSTEM);
    assert_string_equal(promlet_last_error(), expected);
    expect_file(path, "old 1\n");
    expect_in_folder(" x.prom");
}

static void expect_whole_file(promlet_registry *registry)
{
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    char *expected = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4, NULL);
    assert_int_equal(
        promlet_text_file_write(&(promlet_text_file_opts){.registry = registry, .path = path}),
        PROMLET_OK);
    expect_file(path, expected);
    expect_in_folder(" x.prom");
    promlet_free(expected);
    promlet_snapshot_release(snapshot);
}

static void old_file_stays_until_there_is_room_for_a_new_one(void **state)
{
    static const struct {
        const char *disk;
        const char *step;
    } cases[] = {{SMALL, "writing"}, {FEW_FILES, "making a temporary file beside it"}};
    (void)state;
    promlet_registry *registry = large_registry_of(1);
    bool is_skipped = false;
    for (size_t i = 0; i < COUNT_OF(cases) && !is_skipped; i++) {
        is_skipped = !has_disk(cases[i].disk);
        if (!is_skipped) {
            expect_no_space(registry, cases[i].step);
            expect_no_space(registry, cases[i].step);
            resize_disk(LARGE);
            expect_whole_file(registry);
            remove_disk();
        }
    }
    promlet_registry_free(registry);
    if (is_skipped) {
        skip();
    }
}

static void thread_counts_what_a_full_disk_refuses_and_goes_on(void **state)
{
    promlet_periodic *periodic = NULL;
    (void)state;
    if (!has_disk(SMALL)) {
        skip();
    }
    promlet_registry *registry = large_registry_of(1);
    promlet_text_file_opts options = {
        .registry = registry, .path = path, .interval_seconds = 0.02, .hide_own_metrics = true};
    assert_int_equal(promlet_text_file_start(&options, &periodic), PROMLET_OK);
    while (promlet_periodic_failures(periodic) < 2) {
        (void)poll(NULL, 0, 1);
    }
    expect_file(path, "old 1\n");
    resize_disk(LARGE);
    while (promlet_periodic_last_success_seconds(periodic) == 0) {
        (void)poll(NULL, 0, 1);
    }
    assert_int_equal(promlet_periodic_stop(periodic), PROMLET_OK);
    expect_whole_file(registry);
    promlet_registry_free(registry);
    remove_disk();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(old_file_stays_until_there_is_room_for_a_new_one),
        IN_FOLDER(thread_counts_what_a_full_disk_refuses_and_goes_on),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
