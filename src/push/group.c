/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the grouping key as the gateway wants it: /metrics/job/NAME/LABEL/VALUE/... Values that
 * are more than the plainest of text go as base64 (RFC 4648 section 5, without padding), which the
 * gateway undoes to the byte. Percent encoding would do for some, not for '/', which it takes for
 * the end of the value.
 */
#include "push/group.h"

#include <promlet/status.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Checking -------------------------------------------------------------------------------- */

size_t pml_push_group_count(const promlet_push_opts *options)
{
    size_t count = 0;
    while (count < PROMLET_MAX_GROUPING_LABELS && options->grouping[count].name != NULL) {
        count++;
    }
    return count;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_label_name(const char *name)
{
    if (!is_letter(name[0])) {
        return false;
    }
    while (is_letter(*name) || is_digit(*name)) {
        name++;
    }
    return *name == '\0';
}

/* What is wrong with the name of a label; NULL if nothing. */
static const char *fault_of_name(const promlet_push_opts *options, size_t index)
{
    const char *name = options->grouping[index].name;
    if (!is_label_name(name)) {
        return "is no name of a label";
    }
    if (strcmp(name, "job") == 0 || strcmp(name, "instance") == 0) {
        return "is an option of its own";
    }
    if (strncmp(name, "__", 2) == 0 || strcmp(name, "le") == 0 || strcmp(name, "quantile") == 0) {
        return "is reserved";
    }
    for (size_t i = 0; i < index; i++) {
        if (strcmp(name, options->grouping[i].name) == 0) {
            return "stands there twice";
        }
    }
    return options->grouping[index].value == NULL ? "has no value" : NULL;
}

static promlet_status argument_error(const char *sentence)
{
    return promlet_set_last_error(PROMLET_ERROR_ARGUMENT, sentence);
}

promlet_status pml_push_group_check(const promlet_push_opts *options)
{
    if (options->job == NULL || options->job[0] == '\0') {
        return argument_error("job: is required");
    }
    if (options->instance != NULL && options->instance_is_hostname) {
        return argument_error("instance: is set beside instance_is_hostname");
    }
    size_t count = pml_push_group_count(options);
    for (size_t i = 0; i < count; i++) {
        const char *fault = fault_of_name(options, i);
        if (fault != NULL) {
            char sentence[256];
            (void)snprintf(sentence, sizeof sentence, "grouping: \"%.100s\" %s",
                           options->grouping[i].name, fault);
            return argument_error(sentence);
        }
    }
    return PROMLET_OK;
}

static bool is_name(const char *name, const char *other, size_t other_size)
{
    return strlen(name) == other_size && memcmp(name, other, other_size) == 0;
}

bool pml_push_group_has(const promlet_push_opts *options, const char *name, size_t name_size)
{
    if (is_name("job", name, name_size)) {
        return true;
    }
    if (options->instance != NULL && is_name("instance", name, name_size)) {
        return true;
    }
    size_t count = pml_push_group_count(options);
    for (size_t i = 0; i < count; i++) {
        if (is_name(options->grouping[i].name, name, name_size)) {
            return true;
        }
    }
    return false;
}

/* ---- Writing --------------------------------------------------------------------------------- */

/* Whether a value can stand in a path as it is. "." and ".." would be taken for folders. */
static bool is_plain(const char *value)
{
    if (value[0] == '\0' || strcmp(value, ".") == 0 || strcmp(value, "..") == 0) {
        return false;
    }
    while (is_letter(*value) || is_digit(*value) || (*value != '\0' && strchr(".~-", *value))) {
        value++;
    }
    return *value == '\0';
}

/* Returns the end of what is written, 4 letters for 3 bytes. */
static char *write_base64(char *to, const char *value)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const unsigned char *from = (const unsigned char *)value;
    size_t size = strlen(value);
    for (size_t at = 0; at < size; at += 3) {
        size_t left = size - at < 3 ? size - at : 3;
        unsigned int bits = (unsigned int)from[at] << 16;
        bits |= left > 1 ? (unsigned int)from[at + 1] << 8 : 0;
        bits |= left > 2 ? from[at + 2] : 0;
        for (size_t i = 0; i <= left; i++) {
            *to++ = letters[(bits >> (18 - 6 * i)) & 63];
        }
    }
    return to;
}

static char *write_text(char *to, const char *text)
{
    size_t size = strlen(text);
    memcpy(to, text, size);
    return to + size;
}

static char *write_label(char *to, const char *name, const char *value)
{
    *to++ = '/';
    to = write_text(to, name);
    if (is_plain(value)) {
        *to++ = '/';
        return write_text(to, value);
    }
    to = write_text(to, "@base64/");
    /* Nothing at all would be no part of a path. */
    return value[0] == '\0' ? write_text(to, "=") : write_base64(to, value);
}

/* Enough for write_label(). */
static size_t label_size(const char *name, const char *value)
{
    return strlen("/@base64/=") + strlen(name) + strlen(value) / 3 * 4 + 4;
}

char *pml_push_group_path(const promlet_push_opts *options)
{
    size_t count = pml_push_group_count(options);
    const char *instance = options->instance;
    size_t size = sizeof "/metrics" + label_size("job", options->job);
    size += instance != NULL ? label_size("instance", instance) : 0;
    for (size_t i = 0; i < count; i++) {
        size += label_size(options->grouping[i].name, options->grouping[i].value);
    }
    char *path = malloc(size);
    if (path == NULL) {
        return NULL;
    }
    char *end = write_label(write_text(path, "/metrics"), "job", options->job);
    end = instance != NULL ? write_label(end, "instance", instance) : end;
    for (size_t i = 0; i < count; i++) {
        end = write_label(end, options->grouping[i].name, options->grouping[i].value);
    }
    *end = '\0';
    return path;
}
