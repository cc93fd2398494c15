#include "crypto/password.h"

#include "base/list.h"
#include "base/mem.h"
#include "base/metric.h"
#include "base/rand.h"
#include "crypto/equal.h"

#include <argon2.h>

#include <assert.h>
#include <errno.h>

enum { MEMORY_KIB = 19 * 1024, PASSES = 2, LANES = 1, SALT_SIZE = 16, HASH_SIZE = 32 };

/* Of no password: what an unknown account is checked against. */
static const char nobody[] = "$argon2id$v=19$m=19456,t=2,p=1$Y29udmVuZS1ub2JvZHktMQ$"
                             "9r0ouPWkPDUkW7ucMcn8ifE1yN5dQ1m8rBrxxzNUqLA";

static struct metric hashes =
    METRIC_COUNTER("convene_password_hashes_total", "Passwords hashed or checked");

struct queue {
    struct list jobs;
    size_t count;
};

struct passwords {
    struct loop *loop;
    struct queue waiting[PASSWORD_RANKS_];
    size_t running;
    bool ending; /* freed by the last job that comes back */
};

struct job {
    struct list link;
    struct passwords *owner;
    struct queue *queue;
    password_hashed_fn *hashed; /* one of the two */
    password_checked_fn *checked;
    void *arg;
    bool unknown;
    int rc;
    size_t len;
    char encoded[PASSWORD_ENCODED_MAX + 1];
    char password[];
};

static struct job *job_free(struct job *j)
{
    equal_wipe(j->password, j->len);
    return mem_free(j);
}

/* On the pool. */
static void work(void *arg)
{
    struct job *j = arg;

    if (j->hashed) {
        uint8_t salt[SALT_SIZE];
        rand_bytes(salt, sizeof(salt));
        const int err =
            argon2id_hash_encoded(PASSES, MEMORY_KIB, LANES, j->password, j->len, salt,
                                  sizeof(salt), HASH_SIZE, j->encoded, sizeof(j->encoded));
        j->rc = err == ARGON2_OK ? 0 : -EIO;
    } else {
        const int err = argon2id_verify(j->encoded, j->password, j->len);
        j->rc = err == ARGON2_OK && !j->unknown ? 0 : -EACCES;
    }
}

static void start(struct passwords *p);

static void done(void *arg)
{
    struct job *j = arg;
    struct passwords *p = j->owner;

    p->running--;
    if (p->ending) {
        if (p->running == 0)
            (void)mem_free(p);
    } else {
        start(p);
        if (j->hashed) {
            j->hashed(j->rc, span_str(j->encoded), j->arg);
        } else {
            j->checked(j->rc, j->arg);
        }
    }
    (void)job_free(j);
}

static struct job *next(struct passwords *p)
{
    for (size_t i = 0; i < PASSWORD_RANKS_; i++) {
        if (!list_empty(&p->waiting[i].jobs))
            return container_of(p->waiting[i].jobs.next, struct job, link);
    }
    return NULL;
}

static void start(struct passwords *p)
{
    struct job *j;

    while (p->running < PASSWORD_AT_ONCE && (j = next(p)) != NULL) {
        list_del(&j->link);
        j->queue->count--;
        p->running++;
        metric_add(&hashes, 1);
        loop_work(p->loop, work, done, j);
    }
}

struct passwords *passwords_new(struct loop *l)
{
    struct passwords *p = mem_new(struct passwords);

    p->loop = l;
    for (size_t i = 0; i < PASSWORD_RANKS_; i++)
        list_init(&p->waiting[i].jobs);
    return p;
}

struct passwords *passwords_free(struct passwords *p)
{
    if (!p)
        return NULL;
    for (size_t i = 0; i < PASSWORD_RANKS_; i++) {
        LIST_EACH_SAFE (&p->waiting[i].jobs, it)
            (void)job_free(container_of(it, struct job, link));
    }
    p->ending = true;
    if (p->running == 0)
        (void)mem_free(p);
    return NULL;
}

static int job_new(struct passwords *p, enum password_rank rank, struct span password,
                   struct job **ret)
{
    ASSERT_ON(p->loop);
    if (password.len > PASSWORD_MAX)
        return -EMSGSIZE;
    if (p->waiting[rank].count >= PASSWORD_QUEUE)
        return -EAGAIN;
    struct job *j = mem_alloc(sizeof(*j) + password.len);
    j->owner = p;
    j->queue = &p->waiting[rank];
    j->len = password.len;
    if (password.len > 0)
        memcpy(j->password, password.p, password.len);
    *ret = j;
    return 0;
}

static void enqueue(struct passwords *p, struct job *j)
{
    list_add_tail(&j->queue->jobs, &j->link);
    j->queue->count++;
    start(p);
}

int password_hash(struct passwords *p, struct span password, password_hashed_fn *fn, void *arg)
{
    struct job *j;
    const int rc = job_new(p, PASSWORD_EXPECTED, password, &j);

    if (rc)
        return rc;
    j->hashed = fn;
    j->arg = arg;
    enqueue(p, j);
    return 0;
}

int password_check(struct passwords *p, enum password_rank rank, struct span password,
                   struct span encoded, password_checked_fn *fn, void *arg)
{
    struct job *j;
    const int rc = job_new(p, rank, password, &j);

    if (rc)
        return rc;
    j->unknown = !encoded.p || encoded.len > PASSWORD_ENCODED_MAX;
    if (j->unknown)
        encoded = span_str(nobody);
    memcpy(j->encoded, encoded.p, encoded.len);
    j->checked = fn;
    j->arg = arg;
    enqueue(p, j);
    return 0;
}
