/* SPDX-License-Identifier: Apache-2.0 */
/* A client of Redis over hiredis that measures each command. */
#ifndef KV_CLIENT_H
#define KV_CLIENT_H

enum { COMMAND_MAX_WORDS = 8 };

struct command {
    const char *operation;  /* As metrics name it. */
    const char *if_nothing; /* The error that an answer of 0 or nil is. NULL: it is none. */
    const char *words[COMMAND_MAX_WORDS]; /* The command and its arguments, up to a NULL. */
};

/* One connection. Used by one thread at a time. */
struct client;

/* Declares the metrics of a client of HOST:PORT, or of the socket at a path that begins with '/'.
   Its first command connects, and so does the first after an error of the connection. NULL on an
   error, which stderr then tells. Ignore SIGPIPE, since hiredis writes to servers that are gone. */
struct client *client_open(const char *address);

/* NULL is allowed. */
void client_close(struct client *client);

/* Runs a command. Returns NULL for success, or the type of the error, which is a constant. */
const char *client_run(struct client *client, const struct command *command);

#endif
