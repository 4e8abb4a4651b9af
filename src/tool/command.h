/* SPDX-License-Identifier: Apache-2.0 */
/* The commands, and what they have in common: statuses, options, the place of a document. */
#ifndef PML_TOOL_COMMAND_H
#define PML_TOOL_COMMAND_H

#include "tool/source.h"

#include <stdbool.h>
#include <stddef.h>

/* Exit statuses, as those of grep and diff. */
enum {
    PML_TOOL_OK = 0,
    PML_TOOL_FOUND = 1,  /* findings, differences, or nothing that matches */
    PML_TOOL_TROUBLE = 2 /* a document could not be read, or the call is wrong */
};

/* What was said on the command line. A command knows the options that its table names. */
typedef struct pml_arguments {
    pml_source_options source;
    double interval_seconds; /* 0: not said */
    size_t width;            /* columns; 0: not said */
    bool is_once;
    bool errors_only;
    bool values_only;
    bool names_only;
    bool is_sorted_by_name;
    char **places; /* what is left: files, URLs, selectors; lent */
    size_t place_count;
    pml_buffer why; /* the last option is not possible; empty where its value says enough */
} pml_arguments;

typedef struct pml_command {
    const char *name;
    const char *purpose;   /* one line for the list of commands */
    const char *synopsis;  /* behind the name */
    const char *text;      /* what `promlet help NAME` says behind it */
    const char *options;   /* letters of the options that it knows; see arguments.c */
    const char *needed[2]; /* what the first places are called, without which it can't be */
    size_t max_places;
    int (*run)(const pml_arguments *arguments);
} pml_command;

extern const pml_command pml_command_check;
extern const pml_command pml_command_diff;
extern const pml_command pml_command_get;
extern const pml_command pml_command_top;

/* Reads what stands behind the command's name. Returns PML_TOOL_OK; else the call is wrong, which
   was said on standard error, or -1: help is asked for. */
int pml_arguments_read(pml_arguments *arguments, const pml_command *command, int argc, char **argv);
void pml_arguments_free(pml_arguments *arguments);

/* The lines of help for the options that a command knows. */
void pml_arguments_help(const pml_command *command);

/* Says on standard error what went wrong, and returns PML_TOOL_TROUBLE. */
int pml_trouble(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Writes out what was printed; PML_TOOL_TROUBLE if that fails, else the status. */
int pml_finish_output(int status);

#endif
