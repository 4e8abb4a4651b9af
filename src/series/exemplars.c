/* SPDX-License-Identifier: Apache-2.0 */
/* Writing to slots, and reading them. docs/memory-model.md argues the orders. */
#include "series/exemplars.h"

#include "base/atomic.h"

/* Of a slot's turn. */
#define WRITING UINT64_C(1)
#define IS_THERE UINT64_C(2)
#define UNSEEN UINT64_C(4)
#define FLAGS (WRITING | IS_THERE | UNSEEN)
#define ONE_MORE UINT64_C(8)

/* So often a reader looks at a slot that is being written. Writing takes as long as a look, so that
   more would only help beside a stopped writer, where nothing helps. */
#define LOOKS 4

bool pml_exemplar_is_due(pml_exemplar_slot *slot)
{
    /* relaxed: a guess; who writes asks again. */
    return (pml_load_relaxed(&slot->turn) & (WRITING | UNSEEN)) == 0;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* Enters the slot; false if somebody is in it. *turn is what it has when it is left, but for the
   flags. */
static bool enter(pml_exemplar_slot *slot, uint64_t *turn)
{
    /* relaxed: a guess, which the exchange checks. */
    uint64_t old = pml_load_relaxed(&slot->turn);
    *turn = (old & ~FLAGS) + ONE_MORE;
    /* acq_rel: pairs with the release in leave() of the writer before, whose words are not to come
       behind ours. */
    return (old & WRITING) == 0 && pml_exchange_if_acq_rel(&slot->turn, &old, *turn | WRITING);
}

static void leave(pml_exemplar_slot *slot, uint64_t turn)
{
    /* release: pairs with the acquires in enter() and in begin_to_read(). */
    pml_store_release(&slot->turn, turn);
}

static void write_word(_Atomic uint64_t *word, uint64_t value)
{
    /* release: pairs with the acquire in read_word(); who sees the word sees that the slot was
       entered for it. */
    pml_store_release(word, value);
}

static size_t words_of(size_t size)
{
    return (size + 7) / 8;
}

bool pml_exemplar_write(pml_exemplar_slot *slot, const pml_exemplar_note *note)
{
    uint64_t turn;
    if (!enter(slot, &turn)) {
        return false;
    }
    write_word(&slot->value, pml_bits_of_double(note->value));
    write_word(&slot->time_ns, note->time_ns);
    write_word(&slot->size, note->size);
    for (size_t i = 0; i < words_of(note->size); i++) {
        write_word(&slot->labels[i], note->labels.words[i]);
    }
    leave(slot, turn | IS_THERE | UNSEEN);
    return true;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* False if the slot is empty or being written. */
static bool begin_to_read(pml_exemplar_slot *slot, uint64_t *turn)
{
    /* acquire: pairs with the release in leave(); what was written before is there. */
    *turn = pml_load_acquire(&slot->turn);
    return (*turn & (IS_THERE | WRITING)) == IS_THERE;
}

static uint64_t read_word(_Atomic uint64_t *word)
{
    /* acquire: pairs with the release in write_word(). */
    return pml_load_acquire(word);
}

static void read_words(pml_exemplar_slot *slot, pml_exemplar_note *note)
{
    note->value = pml_double_of_bits(read_word(&slot->value));
    note->time_ns = read_word(&slot->time_ns);
    uint64_t size = read_word(&slot->size);
    note->size = size;
    for (size_t i = 0; i < words_of(size); i++) {
        note->labels.words[i] = read_word(&slot->labels[i]);
    }
}

/* Nothing of what was read is of a later writer; and what was read is then no longer unseen. */
static bool end_to_read(pml_exemplar_slot *slot, uint64_t turn)
{
    /* acq_rel: pairs with enter(), which a word of a later writer would come behind; then the turn
       is another one. Leaves the words published for the next reader. */
    return pml_exchange_if_acq_rel(&slot->turn, &turn, turn & ~UNSEEN);
}

bool pml_exemplar_read(pml_exemplar_slot *slot, pml_exemplar_note *note)
{
    for (int looks = 0; looks < LOOKS; looks++) {
        uint64_t turn;
        if (begin_to_read(slot, &turn)) {
            read_words(slot, note);
            if (end_to_read(slot, turn)) {
                return true;
            }
        } else if ((turn & WRITING) == 0) {
            return false;
        }
    }
    return false;
}

void pml_exemplars_clear(pml_series *series)
{
    for (size_t i = 0; i < series->owner->exemplar_count; i++) {
        pml_exemplar_slot *slot = pml_exemplar_slot_of(series, i);
        uint64_t turn;
        if (enter(slot, &turn)) {
            leave(slot, turn);
        }
    }
}
