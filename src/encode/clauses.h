/* SPDX-License-Identifier: Apache-2.0 */
/* The clauses of a header that says what a client takes: Accept, Accept-Encoding (RFC 9110). */
#ifndef PML_ENCODE_CLAUSES_H
#define PML_ENCODE_CLAUSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A piece of a header; nothing terminates it. */
typedef struct pml_piece {
    const char *at;
    size_t size;
} pml_piece;

/* The parameters that matter; others are passed over. */
typedef enum pml_clause_parameter {
    PML_CLAUSE_VERSION,
    PML_CLAUSE_PROTO,
    PML_CLAUSE_ENCODING,
    PML_CLAUSE_ESCAPING,
    PML_CLAUSE_Q,
    PML_CLAUSE_PARAMETER_COUNT
} pml_clause_parameter;

/* Longer than each value that somebody looks for. */
#define PML_CLAUSE_VALUE_SIZE 40

/* Without its quotes; "" when it is too long or its quotes are wrong, as nobody looks for that. */
typedef struct pml_clause_value {
    bool is_given;
    char text[PML_CLAUSE_VALUE_SIZE];
} pml_clause_value;

/* The weight of q=1. Weights are whole so that equal ones are equal. */
#define PML_CLAUSE_FULL_WEIGHT 1000000000U

typedef struct pml_clause {
    pml_piece range; /* such as a media type; empty when the clause is */
    pml_clause_value values[PML_CLAUSE_PARAMETER_COUNT];
    uint32_t weight; /* what q says, 0 to PML_CLAUSE_FULL_WEIGHT; 0 when it is no number */
    size_t place;    /* the first clause is at 0 */
} pml_clause;

/* Goes through a header. */
typedef struct pml_clauses {
    pml_piece rest; /* at NULL: nothing is left */
    bool is_cut;    /* the header is longer than what is read of it */
    size_t count;   /* how many clauses were read */
} pml_clauses;

/* header is lent until the last clause is read; NULL has no clause. */
void pml_clauses_start(pml_clauses *clauses, const char *header);

/* False at the end. */
bool pml_clauses_next(pml_clauses *clauses, pml_clause *clause);

/* Whether a piece is this text, in capital or small letters, whatever the locale. */
bool pml_piece_is(pml_piece piece, const char *text);

#endif
