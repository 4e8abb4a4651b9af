/* SPDX-License-Identifier: Apache-2.0 */
/* The command promlet: finds the command that is named first, and runs it. */
#include "tool/command.h"

#include <promlet/version.h>

#include <stdio.h>
#include <string.h>

static const pml_command *const commands[] = {&pml_command_check, &pml_command_get,
                                              &pml_command_top, &pml_command_diff};

#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

static const pml_command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i]->name, name) == 0) {
            return commands[i];
        }
    }
    return NULL;
}

static void print_commands(FILE *file)
{
    fputs("usage: promlet COMMAND [OPTION...] ...\n\n", file);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        (void)fprintf(file, "  promlet %s %s\n      %s\n", commands[i]->name, commands[i]->synopsis,
                      commands[i]->purpose);
    }
    fputs("  promlet help [COMMAND]\n  promlet --version\n\n"
          "A URL without a path means /metrics; - is standard input.\n",
          file);
}

static void print_command(const pml_command *command)
{
    printf("usage: promlet %s %s\n\n%s.\n\n%s\n\nOptions:\n", command->name, command->synopsis,
           command->purpose, command->text);
    pml_arguments_help(command);
}

static int help(const char *name)
{
    const pml_command *command = name != NULL ? find_command(name) : NULL;
    if (name != NULL && command == NULL) {
        return pml_trouble("there is no command %s; see promlet help", name);
    }
    if (command != NULL) {
        print_command(command);
    } else {
        print_commands(stdout);
    }
    return pml_finish_output(PML_TOOL_OK);
}

static int run(const pml_command *command, int argc, char **argv)
{
    pml_arguments arguments;
    int status = pml_arguments_read(&arguments, command, argc, argv);
    if (status == -1) {
        status = help(command->name);
    } else if (status == PML_TOOL_OK) {
        status = pml_finish_output(command->run(&arguments));
    }
    pml_arguments_free(&arguments);
    return status;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_commands(stderr);
        return PML_TOOL_TROUBLE;
    }
    const char *name = argv[1];
    if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
        return help(argc > 2 ? argv[2] : NULL);
    }
    if (strcmp(name, "--version") == 0) {
        printf("promlet %s\n", promlet_version());
        return pml_finish_output(PML_TOOL_OK);
    }
    const pml_command *command = find_command(name);
    if (command == NULL) {
        return pml_trouble("there is no command %s; see promlet help", name);
    }
    return run(command, argc - 1, argv + 1);
}
