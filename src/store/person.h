/*
 * person - the rows about people, as questions; and how the contract tells them.
 *
 * Thread: a store thread with its job's connection; the writers any.
 */
#pragma once

#include "base/arena.h"
#include "base/clock.h"
#include "base/json.h"
#include "store/db.h"

struct person {
    struct id id;
    struct span name;
    struct span email;    /* lower case; guest:ID or bot:ID where there is none */
    struct span role;     /* as in the contract */
    struct span password; /* encoded hash; none: signs in another way */
    struct span presence; /* set by hand, or none */
    bool active;
    bool bot;            /* a program, by an API token */
    struct span picture; /* its version, or none */
    int64_t change;      /* of the person's own things */
};

struct people {
    struct person *rows;
    size_t count;
};

/* Reads the first ten columns of a row, as the questions of person.sql have them. */
void person_read(struct db *db, struct arena *a, struct person *ret);

/* All: 0 or -ENOENT or -errno of db.h; text lives in the arena. */
int person_by_id(struct db *db, const struct id *id, struct arena *a, struct person *ret);
int person_by_email(struct db *db, struct span email, struct arena *a, struct person *ret);
int person_count(struct db *db, int64_t *ret);
/* -EEXIST: the address is taken. */
int person_insert(struct db *db, const struct person *p, struct wall now);
int person_rename(struct db *db, const struct id *id, struct span name);
int person_set_presence(struct db *db, const struct id *id, struct span presence);

/* Takes the person's next change, at the end of the transaction (db_exec_late()): what people do in
 * channels meets in this row. */
int person_changed(struct db *db, const struct id *id);

/* text as a LIKE pattern: anywhere in a lower-case search text, nothing in it being a wildcard. */
struct span person_pattern(struct arena *a, struct span text);

/* Active people with query (lower case) as a part of name or address, by name. */
int people_search(struct db *db, struct span query, int64_t limit, struct arena *a,
                  struct people *ret);
/* Those of the ids that exist. */
int people_by_ids(struct db *db, const struct id *ids, size_t n, struct arena *a,
                  struct people *ret);

/* Without the address, which is not for everybody who meets them in a channel ("" there); and with it. */
void person_write(struct json_out *o, const char *key, const struct person *p);
void person_write_full(struct json_out *o, const char *key, const struct person *p);
void me_write(struct json_out *o, const char *key, const struct person *p);
/* The text by which a person is found: name and address in lower case (ASCII). */
struct span person_search_text(struct arena *a, struct span name, struct span email);
