/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is kept open is read at its beginning each time, where the kernel makes the text anew. It
 * can stop being ours: the host may close all descriptors that it does not know, and use the number
 * for a file of its own, and in a forked child it still shows the parent. Both are looked for
 * before each use.
 */
#include "collect/process_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_SIZE 4096

const char *pml_proc_root = "/proc";

bool pml_proc_path(char *path, const char *name)
{
    int size = snprintf(path, PML_PATH_SIZE, "%s/%s", pml_proc_root, name);
    return size > 0 && size < PML_PATH_SIZE;
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* What of a file was read, but is no whole line yet. */
typedef struct tail {
    char text[LINE_SIZE + 1];
    size_t size;
    bool is_too_long; /* the line has begun before */
} tail;

static void end_line(tail *self, char *line, pml_line_fn take, void *ctx)
{
    if (!self->is_too_long) {
        take(line, ctx);
    }
    self->is_too_long = false;
}

static void take_lines(tail *self, pml_line_fn take, void *ctx)
{
    char *line = self->text;
    char *rest_end = self->text + self->size;
    char *end = memchr(line, '\n', self->size);
    while (end != NULL) {
        *end = '\0';
        end_line(self, line, take, ctx);
        line = end + 1;
        end = memchr(line, '\n', (size_t)(rest_end - line));
    }
    self->size = (size_t)(rest_end - line);
    memmove(self->text, line, self->size);
    if (self->size == LINE_SIZE) {
        self->is_too_long = true;
        self->size = 0;
    }
}

static bool read_lines(int fd, pml_line_fn take, void *ctx)
{
    tail rest;
    rest.size = 0;
    rest.is_too_long = false;
    off_t offset = 0;
    for (;;) {
        ssize_t got = pread(fd, rest.text + rest.size, LINE_SIZE - rest.size, offset);
        if (got <= 0) {
            if (got == 0 && rest.size > 0) {
                rest.text[rest.size] = '\0';
                end_line(&rest, rest.text, take, ctx);
            }
            return got == 0;
        }
        offset += got;
        rest.size += (size_t)got;
        take_lines(&rest, take, ctx);
    }
}

/* ---- files ----------------------------------------------------------------------------------- */

bool pml_file_read(const char *path, pml_line_fn take, void *ctx)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    bool is_read = read_lines(fd, take, ctx);
    (void)close(fd);
    return is_read;
}

bool pml_proc_read(const char *name, pml_line_fn take, void *ctx)
{
    char path[PML_PATH_SIZE];
    return pml_proc_path(path, name) && pml_file_read(path, take, ctx);
}

/* ---- kept open ------------------------------------------------------------------------------- */

void pml_kept_file_start(pml_kept_file *file, const char *name)
{
    *file = (pml_kept_file){.name = name, .fd = -1};
}

/* What the number of a kept file stands for. */
typedef enum standing { GONE, OURS, UNKNOWN } standing;

static standing look_at(const pml_kept_file *file)
{
    struct stat found;
    if (file->fd < 0) {
        return GONE;
    }
    if (fstat(file->fd, &found) != 0) {
        return errno == EBADF ? GONE : UNKNOWN;
    }
    return found.st_dev == file->device && found.st_ino == file->inode ? OURS : GONE;
}

/* What is not known to be ours stays open. */
void pml_kept_file_end(pml_kept_file *file)
{
    if (look_at(file) == OURS) {
        (void)close(file->fd);
    }
    file->fd = -1;
}

/* What stays open is not put where a program expects its standard streams. */
static int open_to_keep(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fd > STDERR_FILENO) {
        return fd;
    }
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    (void)close(fd);
    return moved;
}

static bool open_kept(pml_kept_file *file)
{
    char path[PML_PATH_SIZE];
    struct stat opened;
    int fd = pml_proc_path(path, file->name) ? open_to_keep(path) : -1;
    if (fd < 0) {
        return false;
    }
    if (fstat(fd, &opened) != 0) {
        (void)close(fd);
        return false;
    }
    file->opener = pml_this_process();
    file->device = opened.st_dev;
    file->inode = opened.st_ino;
    file->fd = fd;
    return true;
}

bool pml_kept_file_read(pml_kept_file *file, pml_line_fn take, void *ctx)
{
    standing now = look_at(file);
    if (now == UNKNOWN) {
        return false;
    }
    if (now == GONE || !pml_is_this_process(&file->opener)) {
        pml_kept_file_end(file);
        if (!open_kept(file)) {
            return false;
        }
    }
    return read_lines(file->fd, take, ctx);
}

/* ---- what stands in lines -------------------------------------------------------------------- */

bool pml_read_number(const char *text, const char **end, uint64_t *number)
{
    uint64_t read = 0;
    const char *c = text;
    for (; *c >= '0' && *c <= '9'; c++) {
        uint64_t digit = (uint64_t)(*c - '0');
        if (read > (UINT64_MAX - digit) / 10) {
            return false;
        }
        read = read * 10 + digit;
    }
    *end = c;
    *number = read;
    return c > text;
}

void pml_take_field(char *line, void *ctx)
{
    const pml_process_fields *wanted = ctx;
    size_t key_size = strcspn(line, " \t");
    const char *text = line + key_size + strspn(line + key_size, " \t");
    for (size_t i = 0; i < wanted->count; i++) {
        pml_process_field *field = &wanted->fields[i];
        const char *end;
        if (strlen(field->key) == key_size && memcmp(field->key, line, key_size) == 0) {
            field->is_known = pml_read_number(text, &end, &field->value);
        }
    }
}
