/*
 * list - a doubly linked ring through a member of its elements; the owner of the head owns none of
 * them.  An element that is on no list points at itself (list_init).
 */
#pragma once

#include "base/mem.h"

#include <stdbool.h>

struct list {
    struct list *next;
    struct list *prev;
};

static inline void list_init(struct list *l)
{
    l->next = l;
    l->prev = l;
}

static inline bool list_empty(const struct list *l)
{
    return l->next == l;
}

static inline void list_add_tail(struct list *head, struct list *item)
{
    item->prev = head->prev;
    item->next = head;
    head->prev->next = item;
    head->prev = item;
}

/* Harmless on an element that is on no list. */
static inline void list_del(struct list *item)
{
    item->prev->next = item->next;
    item->next->prev = item->prev;
    list_init(item);
}

/* NOLINTBEGIN(bugprone-macro-parentheses): `it` is declared, and a name in brackets cannot be */
#define LIST_EACH(head, it) for (struct list *it = (head)->next; it != (head); it = it->next)
/* The body may take `it` off the list (and free it). */
#define LIST_EACH_SAFE(head, it)                                                                   \
    for (struct list *it = (head)->next, *it##_next = it->next; it != (head);                      \
         it = it##_next, it##_next = it->next)
/* NOLINTEND(bugprone-macro-parentheses) */
