/* SPDX-License-Identifier: Apache-2.0 */
/* The files of TLS read without memory, or from a disk that fails: a sentence says so, nothing is
   left open or allocated, and what was in use stays in use. */
#include "server/auth.h"
#include "server/http_client.h"
#include "server/tls.h"
#include "server/tls_file.h"
#include "server/tls_files.h"
#include "support/allocations.h"
#include "support/hang.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cmocka.h>

/* ---- calls that fail ------------------------------------------------------------------------- */

static struct {
    int open_error;
    int stat_error;
    int read_error;
    bool is_interrupted; /* Each other read(). */
    size_t most_read;    /* 0: as much as is there. */
} faults;

int open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    int mode = (flags & O_CREAT) != 0 ? va_arg(arguments, int) : 0;
    va_end(arguments);
    if (faults.open_error != 0 && strstr(path, "promlet-tls") != NULL) {
        errno = faults.open_error;
        return -1;
    }
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int fstat(int fd, struct stat *status)
{
    if (faults.stat_error != 0) {
        errno = faults.stat_error;
        return -1;
    }
    return fstatat(fd, "", status, AT_EMPTY_PATH);
}

ssize_t read(int fd, void *bytes, size_t size)
{
    static bool is_odd;
    is_odd = !is_odd;
    if (faults.read_error != 0 || (faults.is_interrupted && is_odd)) {
        errno = faults.read_error != 0 ? faults.read_error : EINTR;
        return -1;
    }
    size_t most = faults.most_read != 0 && faults.most_read < size ? faults.most_read : size;
    return syscall(SYS_read, fd, bytes, most);
}

/*
 * GnuTLS asks through pointers, which lead to where the library's own requests are refused. It
 * leaks some of what it has when it is refused the next (3.7.9), so what it asks for is not
 * counted, the leak sanitizer, where there is one, looks away meanwhile, and under valgrind GnuTLS
 * gets what it wants.
 */
static void *refusing_malloc(size_t size)
{
    return allocations_is_refused() ? NULL : __real_malloc(size);
}

static void *refusing_calloc(size_t count, size_t size)
{
    return allocations_is_refused() ? NULL : __real_calloc(count, size);
}

static void *refusing_realloc(void *memory, size_t size)
{
    return allocations_is_refused() ? NULL : __real_realloc(memory, size);
}

static void refuse_gnutls(void)
{
    gnutls_malloc = refusing_malloc;
    gnutls_calloc = refusing_calloc;
    gnutls_realloc = refusing_realloc;
    gnutls_free = __real_free;
}

extern void __lsan_disable(void) __attribute__((weak));
extern void __lsan_enable(void) __attribute__((weak));

static void let_sanitizer_look(bool does_look)
{
    void (*call)(void) = does_look ? __lsan_enable : __lsan_disable;
    if (call != NULL) {
        call();
    }
}

/* ---- files ----------------------------------------------------------------------------------- */

static promlet_server_opts options;
static char certificate[128];
static char key[128];
static char trusted[128];

static int begin(void **state)
{
    (void)state;
    tls_authority authority = tls_new_authority("authority");
    (void)snprintf(certificate, sizeof certificate, "%s", tls_path("server.pem"));
    (void)snprintf(key, sizeof key, "%s", tls_path("server.key"));
    (void)snprintf(trusted, sizeof trusted, "%s", tls_path("trusted.pem"));
    tls_write_certificate(authority.certificate, trusted);
    tls_write_pair(&authority, &(tls_subject){.name = "server"}, certificate, key);
    tls_authority_clear(&authority);
    options = (promlet_server_opts){
        .certificate_path = certificate, .key_path = key, .client_ca_path = trusted};
    if (!runs_under_valgrind()) {
        refuse_gnutls();
    }
    return 0;
}

static int end(void **state)
{
    (void)state;
    tls_files_remove();
    return 0;
}

static int clear_faults(void **state)
{
    (void)state;
    memset(&faults, 0, sizeof faults);
    return 0;
}

/* ---- memory ---------------------------------------------------------------------------------- */

/* Refuse the n-th allocation, once or on, until there are fewer. Returns how many there are. */
static long refuse_each(promlet_status (*call)(void *ctx), void *ctx, bool on)
{
    for (long n = 1;; n++) {
        long alive = allocations_alive;
        let_sanitizer_look(false);
        allocations_refuse(n, on);
        promlet_status status = call(ctx);
        bool is_refused = allocations_asked >= n;
        allocations_refuse(0, false);
        let_sanitizer_look(true);
        assert_int_equal(allocations_alive, alive);
        if (!is_refused) {
            assert_int_equal(status, PROMLET_OK);
            return n - 1;
        }
        if (status != PROMLET_OK) {
            assert_true(promlet_last_error()[0] != '\0');
        }
    }
}

static promlet_status start_and_free(void *ctx)
{
    pml_server_tls *tls = NULL;
    (void)ctx;
    promlet_status status = pml_server_tls_new(&options, &tls);
    assert_int_equal(status == PROMLET_OK, tls != NULL);
    pml_server_tls_free(tls);
    return status;
}

static void certificates_without_memory_leave_nothing(void **state)
{
    (void)state;
    long least = runs_under_valgrind() ? 5 : 50;
    assert_true(refuse_each(start_and_free, NULL, false) > least);
    assert_true(refuse_each(start_and_free, NULL, true) > least);
}

/* A reload twice over, so that the one that was not used yet is freed. */
static promlet_status reload_twice_and_free(void *ctx)
{
    pml_server_tls *tls = NULL;
    (void)ctx;
    promlet_status status = pml_server_tls_new(&options, &tls);
    for (int i = 0; i < 2 && status == PROMLET_OK; i++) {
        status = pml_server_tls_reload(tls);
    }
    pml_server_tls_free(tls);
    return status;
}

static void reloads_without_memory_leave_nothing(void **state)
{
    (void)state;
    assert_true(refuse_each(reload_twice_and_free, NULL, false) >
                (runs_under_valgrind() ? 10 : 100));
}

static promlet_status make_credentials(void *ctx)
{
    pml_server_auth *auth = NULL;
    (void)ctx;
    promlet_status status = pml_server_auth_new(
        &(promlet_server_opts){.username = "u", .password = "p", .bearer_token = "t"}, &auth);
    pml_server_auth_free(auth);
    return status;
}

static void credentials_without_memory_leave_nothing(void **state)
{
    (void)state;
    assert_true(refuse_each(make_credentials, NULL, false) > 0);
}

/* ---- disks ----------------------------------------------------------------------------------- */

static void assert_file_fails(promlet_status status, const char *reason)
{
    pml_server_tls *tls = NULL;
    long alive = allocations_alive;
    int descriptors = count_descriptors();
    assert_int_equal(pml_server_tls_new(&options, &tls), status);
    assert_null(tls);
    if (strstr(promlet_last_error(), reason) == NULL) {
        fail_msg("\"%s\" instead of \"%s\"", promlet_last_error(), reason);
    }
    assert_int_equal(allocations_alive, alive);
    assert_int_equal(count_descriptors(), descriptors);
}

static void files_that_fail_are_told(void **state)
{
    static const struct {
        int *fault;
        int error;
        promlet_status status;
        const char *reason;
    } cases[] = {
        {&faults.open_error, EMFILE, PROMLET_ERROR_SYSTEM, "server.pem: too many open files"},
        {&faults.open_error, EACCES, PROMLET_ERROR_PERMISSION, "server.pem: permission denied"},
        {&faults.open_error, EPERM, PROMLET_ERROR_PERMISSION, "operation not permitted"},
        {&faults.open_error, ENOMEM, PROMLET_ERROR_MEMORY, "cannot allocate memory"},
        {&faults.open_error, ENOENT, PROMLET_ERROR_ARGUMENT, "no such file or directory"},
        {&faults.open_error, ENOTDIR, PROMLET_ERROR_ARGUMENT, "not a directory"},
        {&faults.stat_error, EIO, PROMLET_ERROR_SYSTEM, "server.pem: input/output error"},
        {&faults.read_error, EIO, PROMLET_ERROR_SYSTEM, "server.pem: input/output error"},
        {&faults.read_error, EISDIR, PROMLET_ERROR_SYSTEM, "is a directory"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        *cases[i].fault = cases[i].error;
        assert_file_fails(cases[i].status, cases[i].reason);
        *cases[i].fault = 0;
    }
}

static void files_that_come_in_pieces_are_read_whole(void **state)
{
    (void)state;
    pml_server_tls_file file;
    faults.is_interrupted = true;
    faults.most_read = 7;
    assert_int_equal(start_and_free(NULL), PROMLET_OK);
    assert_int_equal(pml_server_tls_file_read("key_path", key, &file), PROMLET_OK);
    assert_memory_equal(file.bytes, "-----BEGIN ", 11);
    assert_memory_equal(file.bytes + file.size - 6, "-----\n", 6);
    pml_server_tls_file_clear(&file);
    assert_null(file.bytes);
}

static void large_file_is_not_read(void **state)
{
    (void)state;
    char path[128];
    pml_server_tls_file file;
    (void)snprintf(path, sizeof path, "%s", tls_path("large.pem"));
    tls_write(path, "x", 1);
    assert_int_equal(truncate(path, 1 << 20), 0);
    assert_int_equal(pml_server_tls_file_read("key_path", path, &file), PROMLET_OK);
    pml_server_tls_file_clear(&file);
    assert_int_equal(truncate(path, (1 << 20) + 1), 0);
    assert_int_equal(pml_server_tls_file_read("key_path", path, &file), PROMLET_ERROR_ARGUMENT);
}

/* Nobody would ever write to it. */
static void pipe_is_not_waited_for(void **state)
{
    (void)state;
    char path[128];
    pml_server_tls_file file;
    (void)snprintf(path, sizeof path, "%s", tls_path("pipe"));
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(pml_server_tls_file_read("key_path", path, &file), PROMLET_ERROR_ARGUMENT);
}

static void stamps_differ_when_files_do(void **state)
{
    (void)state;
    char path[128];
    pml_server_tls_stamp none = pml_server_tls_stamp_of(NULL);
    (void)snprintf(path, sizeof path, "%s", tls_path("stamped"));
    pml_server_tls_stamp absent = pml_server_tls_stamp_of(path);
    assert_true(pml_server_tls_stamp_equals(&none, &absent));
    tls_write(path, "one", 3);
    pml_server_tls_stamp one = pml_server_tls_stamp_of(path);
    pml_server_tls_stamp again = pml_server_tls_stamp_of(path);
    tls_write(path, "two", 3);
    pml_server_tls_stamp two = pml_server_tls_stamp_of(path);
    assert_false(pml_server_tls_stamp_equals(&one, &absent));
    assert_true(pml_server_tls_stamp_equals(&one, &again));
    assert_false(pml_server_tls_stamp_equals(&one, &two));
}

#define WITH_FAULTS(test) cmocka_unit_test_setup_teardown(test, clear_faults, clear_faults)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FAULTS(certificates_without_memory_leave_nothing),
        WITH_FAULTS(reloads_without_memory_leave_nothing),
        WITH_FAULTS(credentials_without_memory_leave_nothing),
        WITH_FAULTS(files_that_fail_are_told),
        WITH_FAULTS(files_that_come_in_pieces_are_read_whole),
        WITH_FAULTS(large_file_is_not_read),
        WITH_FAULTS(pipe_is_not_waited_for),
        WITH_FAULTS(stamps_differ_when_files_do),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, begin, end);
}
