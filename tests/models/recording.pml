/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recording and scraping one histogram, as a model that Spin explores completely: every order of
 * the steps of recorders, of a kernel that preempts, moves and stops them, and of a scraper. The
 * series has per-CPU cells from the start, or is given them between two scrapes.
 *
 * One recording is marked, and it may be any of them. A word holds how often the marked one is in
 * it, instead of all their values: what holds for it holds for each, and an addition that another
 * one overwrites is seen to be lost. One bucket is enough, since no recording touches two, and a
 * scrape reads all of them before any sum.
 *
 * What it does not show: Spin lets every step be seen by all at once, in one order. That processors
 * and compilers show them in no worse order is argued in docs/memory-model.md.
 *
 * An atomic { } is one step, which has at most one access to a cell.
 *
 * A property that must hold at some time is explored with recorders that stop for ever, and with one
 * recording each, since both multiply the states.
 *
 * explore: all_of_these
 * explore: all_of_these -DRECORDERS=3 -DRECORDINGS=1
 * explore: every_scrape_ends -a -f -DRECORDERS=2 -DRECORDINGS=1 -DSTOPS
 */

#ifndef RECORDERS
#define RECORDERS 2
#define RECORDINGS 2 /* of each recorder */
#endif
#define CPUS 2
#ifndef SCRAPES
#define SCRAPES 2
#endif

/* The words of a cell. */
#define SUM 0
#define BUCKET 1
#define WORDS 2

typedef cell_type {
    byte word[WORDS]
};

/* One for each CPU, and the series' own. */
#define BASE CPUS
cell_type cell[CPUS + 1];

bool are_given; /* recorders know the per-CPU cells */

/* The ways of writing to a cell. One that is not the cell's own would make two kinds of writer. */
#define BY_SECTION 1
#define BY_ATOMIC 2
#define way_of(at) (at == BASE -> BY_ATOMIC : BY_SECTION)
bool is_written_both_ways;

bool is_recorded; /* the marked recording was made */

/* ---- the kernel ------------------------------------------------------------------------------ */

/* Who is in a section on a CPU; which CPU a recorder has matters nowhere else. Whoever was there
   before has been preempted, or interrupted by a signal whose handler records, and goes on at the
   failure path, on any CPU. */
#define NOBODY RECORDERS
byte inside[CPUS] = NOBODY;

/* For ever: killed, held by a debugger, left behind by fork(). Only what must happen some time
   needs it. What must never happen is looked for after each step, also where nobody goes on. */
bool is_stopped[RECORDERS];

active proctype kernel()
{
end:
    do
    :: atomic { inside[0] != NOBODY -> inside[0] = NOBODY }
    :: atomic { inside[1] != NOBODY -> inside[1] = NOBODY }
#ifdef STOPS
    :: atomic { !is_stopped[0] -> is_stopped[0] = true }
    :: atomic { !is_stopped[1] -> is_stopped[1] = true }
#endif
    od
}

/* ---- recorders ------------------------------------------------------------------------------- */

#define goes_on !is_stopped[r]

inline note(at, w, way)
{
    is_written_both_ways = is_written_both_ways || way != way_of(at);
    is_added = true;
    is_recorded = is_recorded || (w == BUCKET && mark == 1)
}

#define is_inside (goes_on && inside[cpu] == r)
#define is_thrown_out (goes_on && inside[cpu] != r)

inline enter_section(on)
{
    atomic { goes_on -> cpu = on; inside[cpu] = r }
}

inline fail_section()
{
    atomic { is_thrown_out -> cpu = 0; loaded = 0 }
}

/* As promlet_section_add_real(). promlet_section_add_whole() has one instruction for both accesses,
   between which another CPU could come all the same. */
inline run_section(w)
{
    if
    :: enter_section(0)
    :: enter_section(1)
    fi;
    if
    :: atomic { is_inside -> loaded = cell[cpu].word[w] };
       if
       :: atomic {
              is_inside ->
              cell[cpu].word[w] = loaded + mark;
              note(cpu, w, BY_SECTION);
              inside[cpu] = NOBODY;
              cpu = 0;
              loaded = 0
          }
       :: fail_section()
       fi
    :: fail_section()
    fi
}

inline add_to_base(w)
{
    atomic {
        goes_on ->
        cell[BASE].word[w] = cell[BASE].word[w] + mark;
        note(BASE, w, BY_ATOMIC)
    }
}

/* The code tries two sections at most; how many doesn't matter. */
inline add(w)
{
    is_added = false;
    do
    :: is_added -> break
    :: !is_added && has_cells -> run_section(w)
    :: !is_added -> add_to_base(w)
    od
}

proctype recorder(byte r; byte marked)
{
    byte left = RECORDINGS;
    byte mark;
    byte cpu;
    byte loaded;
    bool has_cells;
    bool is_added;
    do
    :: left > 0 ->
        atomic { goes_on -> has_cells = are_given; mark = (left == marked -> 1 : 0) };
        add(SUM);
        add(BUCKET);
        atomic { left--; mark = 0; has_cells = false; is_added = false }
    :: else -> break
    od
}

/* ---- the scraper ----------------------------------------------------------------------------- */

cell_type shown; /* by the scrape that runs or has just ended */
byte count_before;        /* what the scrape before has shown */
bool was_recorded_before; /* the scrape began */
byte scrapes;
bool is_complete; /* a scrape has ended, and the next one has not begun */

/* As pml_spread_whole() and pml_spread_real(): the series' own word first. */
inline read(w)
{
    atomic { shown.word[w] = cell[BASE].word[w] };
    do
    :: atomic { has_cells && i < CPUS -> shown.word[w] = shown.word[w] + cell[i].word[w]; i++ }
    :: !has_cells || i == CPUS -> i = 0; break
    od
}

/* As pml_histogram_capture_parts(). */
inline capture()
{
    read(BUCKET);
    read(SUM)
}

active proctype scraper()
{
    byte i;
    bool has_cells;
    do
    :: scrapes < SCRAPES ->
        if
        :: are_given = true
        :: true
        fi;
        atomic {
            is_complete = false;
            was_recorded_before = is_recorded;
            count_before = shown.word[BUCKET];
            shown.word[BUCKET] = 0;
            shown.word[SUM] = 0;
            has_cells = are_given
        };
        capture();
        atomic { is_complete = true; scrapes++ }
    :: else -> break
    od
}

init
{
    byte marked;
    atomic {
        marked = 1;
        do
        :: marked < RECORDINGS -> marked++
        :: break
        od;
        run recorder(0, marked);
        run recorder(1, 0);
#if RECORDERS > 2
        run recorder(2, 0);
#endif
    }
}

/* ---- what must hold -------------------------------------------------------------------------- */

#define in_cells(w) (cell[BASE].word[w] + cell[0].word[w] + cell[1].word[w])

#define has_value (is_complete -> shown.word[BUCKET] <= shown.word[SUM])
#define has_not_fallen (is_complete -> shown.word[BUCKET] >= count_before)
#define is_up_to_date (is_complete && was_recorded_before -> shown.word[BUCKET] == 1)
/* From the end of a recording on, so also when all recorders have ended. */
#define is_exact (is_recorded -> in_cells(SUM) == 1 && in_cells(BUCKET) == 1)

ltl no_count_without_its_value { [] has_value }
ltl counts_never_fall { [] has_not_fallen }
ltl nothing_recorded_is_missing { [] is_up_to_date }
ltl totals_are_exact { [] is_exact }
ltl one_kind_of_writer { [] !is_written_both_ways }

ltl all_of_these {
    [] (has_value && has_not_fallen && is_up_to_date && is_exact && !is_written_both_ways)
}

/* Wherever recorders stop. */
ltl every_scrape_ends { <> (scrapes == SCRAPES) }
