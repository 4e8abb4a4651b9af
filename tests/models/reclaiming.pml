/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Read sections and grace periods (src/series/readers.h), as a model that Spin explores completely:
 * every order of the steps of readers, which move between CPUs and stop anywhere, and of a writer
 * that unlinks, polls and frees.
 *
 * There is one slot, and what it points to is replaced some times: a series in the table's slot, or
 * the slots of the table. A signal handler within a section is one more reader here, which the
 * other one happens to wait for.
 *
 * What it does not show: Spin lets every step be seen by all at once, in one order. For the counts,
 * which are what the order of steps is about, the model has more: a reader's addition waits in a
 * store buffer, as on x86, while the reader goes on, until the hardware or a fence puts it into the
 * cell. So it shows that restartable counts need the fence in all threads, and that this one is
 * enough. With atomic additions buffers are always empty, which is among the orders explored. It
 * does not show that compilers keep the sequence, nor what weaker machines do between an atomic
 * addition, the fence behind it and the loads that follow; docs/memory-model.md argues that. And
 * counts don't overflow: a model with small ones would find a sum that has come round, for which 64
 * bits need centuries.
 *
 * An atomic { } is one step, which has at most one access to a cell.
 *
 * explore: all_of_these
 * explore: all_of_these -DSECTIONS=2 -DUNLINKS=1 -DPOLLS=1
 * explore: every_poll_ends -a -DUNLINKS=1 -DPOLLS=1 -DSTOPS
 * explore: busy_readers_delay_no_freeing -a -f -DBUSY
 */

#ifndef READERS
#define READERS 2
#endif
#ifndef SECTIONS
#define SECTIONS 1 /* of the first reader; the others have one */
#endif
#ifndef UNLINKS
#define UNLINKS 2
#endif
#ifndef POLLS
#define POLLS 3
#endif
#define CPUS 2
#define PHASES 2

byte linked;              /* what the slot points to */
bool is_freed[UNLINKS + 1];
bool is_used_when_freed;

byte phase;               /* in which sections begin */
byte readers_left = READERS;

/* ---- counts ---------------------------------------------------------------------------------- */

/* A word of a cell is an enter or a leave in a phase. */
#define ENTERED(p) (p)
#define LEFT(p) (PHASES + (p))
#define WORDS (2 * PHASES)

#ifdef BUSY
/* Readers that never end would count without end. What matters to them is how many are inside; it
   is read in one step, because that sums are right is for the other properties. */
byte inside[PHASES];
#else
typedef cell_type {
    byte word[WORDS]
};
cell_type cell[CPUS];

/* Each reader's additions that nobody else sees yet: CPU and word. */
chan buffer[READERS] = [2] of { byte, byte };
#endif

#ifdef STOPS
/* For ever: killed, held by a debugger, left behind by fork(). What must never happen is looked for
   after each step, so that only what must happen some time needs it. */
bool is_stopped[READERS];
#define goes_on !is_stopped[r]
#else
#define goes_on true
#endif

/* The hardware empties buffers when it likes, and the kernel stops readers. */
#ifndef BUSY
#define drain(r) atomic { buffer[r] ? cpu, word -> cell[cpu].word[word]++; cpu = 0; word = 0 }

active proctype kernel()
{
    byte cpu;
    byte word;
end:
    do
    :: drain(0)
    :: drain(1)
#if READERS > 2
    :: drain(2)
#endif
#ifdef STOPS
    :: atomic { !is_stopped[0] -> is_stopped[0] = true }
    :: atomic { !is_stopped[1] -> is_stopped[1] = true }
#endif
    od
}
#endif

/* ---- readers --------------------------------------------------------------------------------- */

#ifdef BUSY
#define enter_section() inside[p]++
#define leave_section() inside[p]--
#else
/* The addition may be on any CPU: the reader may have moved since its last step. */
inline count(w)
{
    if
    :: atomic { goes_on && nfull(buffer[r]) -> buffer[r] ! 0, w }
    :: atomic { goes_on && nfull(buffer[r]) -> buffer[r] ! 1, w }
    fi
}

inline enter_section()
{
    count(ENTERED(p))
}

inline leave_section()
{
    count(LEFT(p))
}
#endif

inline find()
{
    atomic { goes_on -> found = linked }
}

inline use()
{
    atomic { goes_on -> is_used_when_freed = is_used_when_freed || is_freed[found] }
}

proctype reader(byte r)
{
    byte p;
    byte found;
    byte sections_left = (r == 0 -> SECTIONS : 1);
    do
    :: sections_left > 0 ->
        atomic { goes_on -> p = phase };
        enter_section();
        find();
        use();
        leave_section();
        atomic {
            p = 0;
            found = 0;
#ifndef BUSY
            sections_left--
#endif
        }
    :: else -> break
    od;
    readers_left--
}

/* ---- the writer ------------------------------------------------------------------------------ */

byte unlinked;
byte polls;
byte polls_alone;       /* since all readers have ended */
byte freed;        /* of what was unlinked; the first come first */
bool is_poll_over; /* and nothing was unlinked since */

/* Whether a phase was seen empty since something was unlinked: instead of the numbers of looks and
   tickets, which count without end. */
typedef phases_type {
    bool is_emptied[PHASES]
};
phases_type since[UNLINKS];

#define is_over(at) (since[at].is_emptied[0] && since[at].is_emptied[1])
#define is_waiting (freed < unlinked)

/* What the look that runs has found. */
bool is_empty[PHASES];

inline unlink()
{
    atomic { linked++; unlinked++; is_poll_over = false; polls_alone = 0 }
}

inline note(p)
{
    do
    :: i < unlinked -> since[i].is_emptied[p] = since[i].is_emptied[p] || is_empty[p]; i++
    :: else -> i = 0; break
    od
}

#ifdef BUSY
inline look()
{
    atomic { is_empty[0] = (inside[0] == 0); note(0) };
    atomic { is_empty[1] = (inside[1] == 0); note(1) }
}
#else
/* As pml_fence_everywhere(): each reader has a fence at some moment in between. */
inline fence()
{
    do
    :: i < READERS ->
        atomic {
            do
            :: buffer[i] ? cpu, word -> cell[cpu].word[word]++
            :: empty(buffer[i]) -> break
            od;
            cpu = 0;
            word = 0;
            i++
        }
    :: else -> i = 0; break
    od
}

/* As sum(): one cell after the other. */
inline sum(into, w)
{
    atomic { into = cell[0].word[w] };
    atomic { into = into + cell[1].word[w] }
}

inline look()
{
    sum(left[0], LEFT(0));
    sum(left[1], LEFT(1));
    fence();
    sum(entered, ENTERED(0));
    atomic { is_empty[0] = (entered == left[0]); note(0); left[0] = 0; entered = 0 };
    sum(entered, ENTERED(1));
    atomic { is_empty[1] = (entered == left[1]); note(1); left[1] = 0; entered = 0 }
}
#endif

/* As pml_grace_advance(), and then what pml_table_reclaim() does. */
inline poll()
{
    atomic { polls_alone = (readers_left == 0 -> polls_alone + 1 : 0) };
    if
    :: is_waiting ->
        look();
        if
        :: atomic {
               !is_over(unlinked - 1) && is_empty[1 - phase] ->
               phase = 1 - phase;
               is_empty[0] = false;
               is_empty[1] = false
           };
           look()
        :: else
        fi;
        atomic { is_empty[0] = false; is_empty[1] = false }
    :: else
    fi;
    do
    :: atomic { is_waiting && is_over(freed) -> is_freed[freed] = true; freed++ }
    :: else -> break
    od
}

#ifdef BUSY
#define polls_again true
#else
#define polls_again (polls < POLLS)
#endif

active proctype writer()
{
    byte i;
    byte cpu;
    byte word;
    byte entered;
    byte left[PHASES];
    do
    :: unlinked < UNLINKS -> unlink()
    :: polls_again ->
        is_poll_over = false;
        poll();
#ifndef BUSY
        polls++;
#endif
        is_poll_over = true
    :: !polls_again -> break
    od
}

init
{
    atomic {
        run reader(0);
        run reader(1);
#if READERS > 2
        run reader(2);
#endif
    }
}

/* ---- what must hold -------------------------------------------------------------------------- */

#define is_kept (!is_used_when_freed)
#define is_freed_soon (is_poll_over && polls_alone >= 2 -> !is_waiting)

ltl nobody_uses_what_is_freed { [] is_kept }
/* With two polls; at the first one, leaves may still be on their way. */
ltl all_is_freed_when_readers_are_gone { [] is_freed_soon }
ltl all_of_these { [] (is_kept && is_freed_soon) }

/* Wherever readers stop. */
ltl every_poll_ends { <> (polls == POLLS) }

/* They come and go for ever, and none of them stops. */
ltl busy_readers_delay_no_freeing { [] (unlinked == UNLINKS -> <> !is_waiting) }
