/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The terminal is opened once more, by its name, so that it can be written to without waiting: to
 * switch that on for standard output would do so for every process that shares it. Signals write a
 * byte into a pipe; what they ask for is done outside of their handler.
 */
#include "tool/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/* Another screen, no cursor, and lines that are too long are cut; and all back. */
static const char take_over[] = "\033[?1049h\033[?25l\033[?7l";
static const char give_back[] = "\033[0m\033[?7h\033[?25h\033[?1049l";

#define GIVE_BACK_MS 1000

static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP, SIGCONT};

#define SIGNAL_COUNT (sizeof signals / sizeof signals[0])

static struct {
    int fd;
    bool is_open;
    bool has_modes; /* those of standard input were changed */
    bool has_input;
    bool is_gone;
    struct termios modes;                   /* as they were */
    struct sigaction actions[SIGNAL_COUNT]; /* likewise */
    int signal_pipe[2];
    pml_buffer rest;
    size_t written; /* of the rest */
} terminal = {.fd = -1, .signal_pipe = {-1, -1}};

/* ---- signals --------------------------------------------------------------------------------- */

static void on_signal(int number)
{
    int kept = errno;
    unsigned char byte = (unsigned char)number;
    (void)!write(terminal.signal_pipe[1], &byte, 1); /* a full pipe has enough to tell */
    errno = kept;
}

static bool make_pipe(void)
{
    if (pipe(terminal.signal_pipe) != 0) {
        return false;
    }
    for (size_t i = 0; i < 2; i++) {
        (void)fcntl(terminal.signal_pipe[i], F_SETFD, FD_CLOEXEC);
        (void)fcntl(terminal.signal_pipe[i], F_SETFL, O_NONBLOCK);
    }
    return true;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    (void)sigfillset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        (void)sigaction(signals[i], NULL, &terminal.actions[i]);
        if (terminal.actions[i].sa_handler != SIG_IGN) { /* as nohup wants it */
            (void)sigaction(signals[i], &action, NULL);
        }
    }
}

static void leave_signals(void)
{
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        (void)sigaction(signals[i], &terminal.actions[i], NULL);
    }
}

/* ---- writing --------------------------------------------------------------------------------- */

static void write_rest(void)
{
    while (terminal.written < terminal.rest.size) {
        ssize_t size = write(terminal.fd, terminal.rest.bytes + terminal.written,
                             terminal.rest.size - terminal.written);
        if (size >= 0) {
            terminal.written += (size_t)size;
        } else if (errno != EINTR) {
            terminal.is_gone |= errno != EAGAIN && errno != EWOULDBLOCK;
            break;
        }
    }
    if (terminal.written == terminal.rest.size || terminal.is_gone) {
        terminal.written = 0;
        pml_buffer_clear(&terminal.rest);
    }
}

void pml_terminal_write(const char *bytes, size_t size)
{
    pml_buffer_put(&terminal.rest, bytes, size);
    write_rest();
}

bool pml_terminal_is_busy(void)
{
    write_rest();
    return terminal.rest.size > 0;
}

static long now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* What of a screen is still to be written does not matter any more; an escape sequence that is cut
   ends where the next one begins. */
static void write_last(const char *bytes, size_t size)
{
    struct pollfd room = {.fd = terminal.fd, .events = POLLOUT};
    long end = now_ms() + GIVE_BACK_MS;
    terminal.written = 0;
    pml_buffer_clear(&terminal.rest);
    pml_terminal_write(bytes, size);
    while (pml_terminal_is_busy() && now_ms() < end) {
        (void)poll(&room, 1, (int)(end - now_ms()));
    }
    terminal.written = 0;
    pml_buffer_clear(&terminal.rest);
}

/* ---- opening and closing --------------------------------------------------------------------- */

bool pml_terminal_is_there(void)
{
    const char *type = getenv("TERM");
    return isatty(STDOUT_FILENO) && type != NULL && *type != '\0' && strcmp(type, "dumb") != 0;
}

static bool open_output(void)
{
    char name[256];
    if (ttyname_r(STDOUT_FILENO, name, sizeof name) == 0) {
        terminal.fd = open(name, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    }
    if (terminal.fd < 0) { /* it has no name here; then writing may wait */
        terminal.fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    }
    return terminal.fd >= 0;
}

static void take_terminal(void)
{
    if (tcgetattr(STDIN_FILENO, &terminal.modes) == 0) {
        struct termios modes = terminal.modes;
        modes.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
        modes.c_cc[VMIN] = 0;
        modes.c_cc[VTIME] = 0;
        terminal.has_modes = tcsetattr(STDIN_FILENO, TCSANOW, &modes) == 0;
        terminal.has_input = terminal.has_modes;
    }
    terminal.is_open = true;
    pml_terminal_write(take_over, sizeof take_over - 1);
}

static void give_terminal(void)
{
    if (terminal.is_open) {
        terminal.is_open = false;
        write_last(give_back, sizeof give_back - 1);
        if (terminal.has_modes) {
            (void)tcsetattr(STDIN_FILENO, TCSANOW, &terminal.modes);
            terminal.has_modes = false;
        }
    }
}

bool pml_terminal_open(pml_buffer *why)
{
    static bool is_registered;
    if (!make_pipe() || !open_output() || (!is_registered && atexit(pml_terminal_close) != 0)) {
        pml_buffer_format(why, "the terminal can't be used: %s", strerror(errno));
        pml_terminal_close();
        return false;
    }
    is_registered = true;
    terminal.is_gone = false;
    catch_signals();
    take_terminal();
    return true;
}

void pml_terminal_close(void)
{
    if (terminal.is_open) {
        give_terminal();
        leave_signals();
    }
    for (size_t i = 0; i < 2; i++) {
        if (terminal.signal_pipe[i] >= 0) {
            (void)close(terminal.signal_pipe[i]);
            terminal.signal_pipe[i] = -1;
        }
    }
    if (terminal.fd >= 0) {
        (void)close(terminal.fd);
        terminal.fd = -1;
    }
    pml_buffer_free(&terminal.rest);
}

/* ---- waiting --------------------------------------------------------------------------------- */

pml_terminal_size pml_terminal_size_now(void)
{
    struct winsize size = {.ws_col = 0};
    (void)ioctl(terminal.fd >= 0 ? terminal.fd : STDOUT_FILENO, TIOCGWINSZ, &size);
    return (pml_terminal_size){size.ws_col > 0 ? size.ws_col : 80,
                               size.ws_row > 0 ? size.ws_row : 24};
}

size_t pml_terminal_descriptors(struct pollfd *descriptors)
{
    size_t count = 0;
    descriptors[count++] = (struct pollfd){.fd = terminal.signal_pipe[0], .events = POLLIN};
    if (terminal.has_input) {
        descriptors[count++] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
    }
    if (terminal.rest.size > 0) {
        descriptors[count++] = (struct pollfd){.fd = terminal.fd, .events = POLLOUT};
    }
    return count;
}

int pml_terminal_key(void)
{
    unsigned char byte;
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    if (!terminal.has_input || poll(&input, 1, 0) != 1) {
        return -1;
    }
    if (read(STDIN_FILENO, &byte, 1) == 1) {
        return byte;
    }
    terminal.is_gone = true; /* it could be read, and there was nothing */
    return -1;
}

bool pml_terminal_is_gone(void)
{
    return terminal.is_gone;
}

/* As if nobody had caught it: its own effect is what who sent it waits for. */
static void do_as_told(int number)
{
    give_terminal();
    leave_signals();
    (void)raise(number);
    catch_signals(); /* here after Ctrl-Z, once it goes on */
    take_terminal();
}

bool pml_terminal_take_signals(void)
{
    unsigned char number;
    bool is_changed = false;
    while (read(terminal.signal_pipe[0], &number, 1) == 1) {
        is_changed = true;
        if (number != SIGWINCH && number != SIGCONT) {
            do_as_told(number);
        }
    }
    return is_changed;
}
