/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of series/exemplars.h: a slot with readers and writers at chosen moments. */
#include "support/expect.h"

#include "series/exemplars.h"

#define WRITING 1u

static pml_exemplar_note note_of(double value, const char *name)
{
    pml_exemplar_note note = {.value = value, .time_ns = (uint64_t)value * 10};
    memcpy(note.labels.bytes, name, strlen(name) + 1);
    note.size = strlen(name) + 2; /* with an empty value */
    return note;
}

static void expect_read(pml_exemplar_slot *slot, double value, const char *name)
{
    pml_exemplar_note note;
    assert_true(pml_exemplar_read(slot, &note));
    assert_true(note.value >= value && note.value <= value);
    assert_int_equal(note.time_ns, (uint64_t)value * 10);
    assert_int_equal(note.size, strlen(name) + 2);
    assert_string_equal(note.labels.bytes, name);
}

static void write_note(pml_exemplar_slot *slot, double value, const char *name)
{
    pml_exemplar_note note = note_of(value, name);
    assert_true(pml_exemplar_write(slot, &note));
}

/* As if another thread had stopped amid a write. */
static void stop_writer_in(pml_exemplar_slot *slot)
{
    atomic_fetch_or(&slot->turn, WRITING);
}

static void slot_is_empty_and_due_at_first(void **state)
{
    (void)state;
    pml_exemplar_slot slot = {.turn = 0};
    pml_exemplar_note note;
    assert_true(pml_exemplar_is_due(&slot));
    assert_false(pml_exemplar_read(&slot, &note));
}

static void slot_is_due_again_once_it_was_read(void **state)
{
    (void)state;
    pml_exemplar_slot slot = {.turn = 0};
    write_note(&slot, 1, "one");
    assert_false(pml_exemplar_is_due(&slot));
    expect_read(&slot, 1, "one");
    assert_true(pml_exemplar_is_due(&slot));
    expect_read(&slot, 1, "one");
    write_note(&slot, 2, "two, which is longer than one word");
    write_note(&slot, 3, "three");
    assert_false(pml_exemplar_is_due(&slot));
    expect_read(&slot, 3, "three");
}

static void stopped_writer_holds_up_nobody(void **state)
{
    (void)state;
    pml_exemplar_slot slot = {.turn = 0};
    pml_exemplar_note note = note_of(2, "two");
    write_note(&slot, 1, "one");
    stop_writer_in(&slot);
    assert_false(pml_exemplar_is_due(&slot));
    assert_false(pml_exemplar_write(&slot, &note));
    assert_false(pml_exemplar_read(&slot, &note));
    assert_false(pml_exemplar_is_due(&slot));
}

static void whole_slot_is_kept(void **state)
{
    (void)state;
    pml_exemplar_slot slot = {.turn = 0};
    pml_exemplar_note note = {.value = -0.5, .time_ns = UINT64_MAX, .size = sizeof note.labels};
    memset(&note.labels, 'x', sizeof note.labels);
    assert_true(pml_exemplar_write(&slot, &note));
    pml_exemplar_note read;
    assert_true(pml_exemplar_read(&slot, &read));
    assert_memory_equal(&read.labels, &note.labels, sizeof note.labels);
    assert_int_equal(read.size, note.size);
    assert_true(read.time_ns == UINT64_MAX);
}

/* Behind a cell of three words, as a family would have it. */
static void cleared_slots_are_empty(void **state)
{
    (void)state;
    enum { SLOTS = 3, CELL = 24 };
    pml_series_owner owner = {.exemplars_at = CELL, .exemplar_count = SLOTS};
    pml_series *series = pml_series_new(CELL + SLOTS * sizeof(pml_exemplar_slot), 0,
                                        &(pml_labels){NULL, NULL, NULL, 0, false});
    assert_non_null(series);
    series->owner = &owner;
    pml_exemplar_slot *slots = pml_exemplar_slot_of(series, 0);
    assert_ptr_equal(slots, series->cell + CELL);
    assert_ptr_equal(pml_exemplar_slot_of(series, 2), slots + 2);
    write_note(&slots[0], 1, "one");
    write_note(&slots[1], 2, "two");
    stop_writer_in(&slots[1]);
    uint64_t turn = atomic_load(&slots[0].turn);
    pml_exemplars_clear(series);
    pml_exemplar_note note;
    for (size_t i = 0; i < SLOTS; i++) {
        assert_false(pml_exemplar_read(&slots[i], &note));
    }
    assert_true(pml_exemplar_is_due(&slots[0]));
    /* A reader that was in it must not take what is written next for what it began to read. */
    write_note(&slots[0], 3, "three");
    assert_true(atomic_load(&slots[0].turn) != turn);
    expect_read(&slots[0], 3, "three");
    pml_series_free(series);
}

static void without_room_there_is_no_slot(void **state)
{
    (void)state;
    pml_series_owner owner = {.exemplars_at = 24};
    pml_series *series = pml_series_new(24, 0, &(pml_labels){NULL, NULL, NULL, 0, false});
    assert_non_null(series);
    series->owner = &owner;
    assert_null(pml_exemplar_slot_of(series, 0));
    assert_null(pml_exemplar_slot_of(NULL, 0));
    pml_exemplars_clear(series);
    pml_series_free(series);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slot_is_empty_and_due_at_first),
        cmocka_unit_test(slot_is_due_again_once_it_was_read),
        cmocka_unit_test(stopped_writer_holds_up_nobody),
        cmocka_unit_test(whole_slot_is_kept),
        cmocka_unit_test(cleared_slots_are_empty),
        cmocka_unit_test(without_room_there_is_no_slot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
