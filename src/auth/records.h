/*
 * records - what administrators read about the house: the audit log, and how much is kept.
 *
 * Thread: the main loop's.
 */
#pragma once

#include "auth/office.h"

/* {entries: [AuditEntry], more} */
void records_audit(const struct office *o, const struct actor *actor, const struct audit_query *q,
                   errand_fn *fn, void *arg);
/* {entries, broken_at} */
void records_verify(const struct office *o, const struct actor *actor, errand_fn *fn, void *arg);

struct records_disk {
    const char *folder;        /* where the database or the server's own files are */
    const char *backup_folder; /* NULL: none is set */
    int64_t backup_at;         /* ms since 1970; 0: none yet */
};
/* A Storage. */
void records_storage(const struct office *o, const struct actor *actor,
                     const struct records_disk *disk, errand_fn *fn, void *arg);
