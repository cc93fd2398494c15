#include "app/admin.h"
#include "app/parts.h"
#include "auth/names.h"
#include "auth/reset.h"
#include "auth/roles.h"
#include "auth/security.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { FAILED = 1, WRONG = 2, PAGE = 200 };

struct asked {
    const struct command *command;
    const char *email;
    enum role role;
};

/* One command at work. */
struct work {
    struct job job;
    struct parts parts;
    const struct config *conf;
    struct asked asked;
    struct person person;
    int64_t offset; /* of the list */
    int rc;
    struct buf why;
};

struct command {
    const char *name;
    void (*start)(struct work *w);
    const char *done; /* printed with the address before it */
    bool role;
};

static void end(struct work *w, int rc, const char *why)
{
    w->rc = rc;
    if (rc < 0)
        buf_add_str(&w->why, why ? why : strerror(-rc));
    loop_stop(w->parts.loop);
}

static const char *sentence(const struct errand_answer *a, const struct work *w)
{
    switch (a->rc) {
    case -EINVAL: return a->why;
    case -EUSERS: return "the last owner stays one: make somebody else an owner first.";
    case -EPERM: return "guests and bots keep their role.";
    case -ENOENT: return "there is no second factor.";
    case -EOPNOTSUPP: return "LOCAL_ACCOUNTS is off: passwords are no way in.";
    default: return w->asked.command->role ? "this role cannot be given." : NULL;
    }
}

static void done(const struct errand_answer *a, void *arg)
{
    struct work *w = arg;

    if (a->rc == 0 && w->asked.command->done)
        printf("%.*s %s\n", SPAN_ARG(w->person.email), w->asked.command->done);
    end(w, a->rc, sentence(a, w));
}

static void edit(struct work *w, struct roles_edit wanted)
{
    wanted.person = w->person.id;
    roles_edit(&w->parts.office, &office_shell, NULL, &wanted, done, w);
}

static void start_role(struct work *w)
{
    edit(w, (struct roles_edit){.role = w->asked.role});
}

static void start_deactivate(struct work *w)
{
    edit(w, (struct roles_edit){.active = DEACTIVATE});
}

static void start_restore(struct work *w)
{
    edit(w, (struct roles_edit){.active = ACTIVATE});
}

static void start_sessions_end(struct work *w)
{
    roles_sign_out(&w->parts.office, &office_shell, NULL, &w->person.id, done, w);
}

static void start_totp_off(struct work *w)
{
    security_end_totp_of(&w->parts.office, &office_shell, NULL, &w->person.id, done, w);
}

static void reset_done(const struct errand_answer *a, void *arg)
{
    struct work *w = arg;
    json_t *link = NULL;
    const char *why = NULL;

    if (a->rc == 0 && json_parse_object(buf_span(a->json), &link, &why) == 0) {
        const struct span url = json_get_span(link, "url");
        printf("A link with which %.*s can set a new password, once, within a day:\n%.*s\n",
               SPAN_ARG(w->person.email), SPAN_ARG(url));
    }
    json_decref(link);
    end(w, a->rc, sentence(a, w));
}

static void start_reset(struct work *w)
{
    struct buf base = {0};

    if (w->conf->public_url) {
        buf_add_str(&base, w->conf->public_url);
    } else {
        buf_printf(&base, "%s://localhost:%u", w->conf->tls_cert ? "https" : "http", w->conf->port);
    }
    reset_create(&w->parts.office, &office_shell, NULL, &w->person.id, buf_span(&base), reset_done,
                 w);
    buf_done(&base);
}

/* The list, a page after the other. */

static void print_person(const json_t *row)
{
    const json_t *p = json_object_get(row, "person");
    const struct span email = json_get_span(p, "email");
    const struct span name = json_get_span(p, "name");
    const struct span role = json_get_span(p, "role");

    printf("%-8.*s %-12s %2lld %s  %.*s  %.*s\n", SPAN_ARG(role),
           json_get_bool(p, "active", true) ? "active" : "deactivated",
           (long long)json_get_i64(row, "sessions", 0),
           json_get_bool(row, "second_factor", false) ? "totp" : "-   ", SPAN_ARG(email),
           SPAN_ARG(name));
}

static void start_list(struct work *w);

static void listed(const struct errand_answer *a, void *arg)
{
    struct work *w = arg;
    json_t *page = NULL;
    const char *why = NULL;
    const json_t *row;
    size_t i;

    if (a->rc < 0 || json_parse_object(buf_span(a->json), &page, &why) < 0) {
        end(w, a->rc < 0 ? a->rc : -EIO, why);
        return;
    }
    json_array_foreach(json_object_get(page, "people"), i, row) print_person(row);
    const bool more = json_get_bool(page, "more", false);
    json_decref(page);
    w->offset += PAGE;
    if (more) {
        start_list(w);
    } else {
        end(w, 0, NULL);
    }
}

static void start_list(struct work *w)
{
    if (w->offset == 0)
        printf("role     state     sessions  factor  address  name\n");
    roles_list(&w->parts.office, &office_shell,
               &(struct roles_query){.filter = ROLES_ALL, .offset = w->offset, .limit = PAGE},
               listed, w);
}

static const struct command commands[] = {
    {"list", start_list, NULL, false},
    {"role", start_role, "has another role now, and must sign in again.", true},
    {"deactivate", start_deactivate, "cannot sign in any more.", false},
    {"restore", start_restore, "can sign in again.", false},
    {"reset", start_reset, NULL, false},
    {"sessions-end", start_sessions_end, "is signed out everywhere.", false},
    {"totp-off", start_totp_off, "is asked for no code any more, and must sign in again.", false},
};

static int wrong(const char *why)
{
    (void)fprintf(stderr, "convene: %s\n%s", why, admin_usage);
    return WRONG;
}

static int read_arguments(int argc, char **argv, struct asked *ret)
{
    for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
        if (strcmp(argv[0], commands[i].name) == 0)
            ret->command = &commands[i];
    }
    if (!ret->command)
        return wrong("this is nothing that admin does with a user.");
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 < argc && strcmp(argv[i], "--email") == 0) {
            ret->email = argv[i + 1];
        } else if (i + 1 < argc && ret->command->role && strcmp(argv[i], "--role") == 0) {
            ret->role = role_parse(span_str(argv[i + 1]));
            if (ret->role < ROLE_MEMBER)
                return wrong("--role is owner, admin or member.");
        } else {
            return wrong("an argument is not known, or its value is missing.");
        }
    }
    if (ret->command->role && ret->role == ROLE_NOBODY)
        return wrong("--role is missing.");
    if (!ret->email != (ret->command->start == start_list))
        return wrong(ret->email ? "list takes no address." : "--email is missing.");
    return 0;
}

static int run_find(struct db *db, struct job *job)
{
    struct work *w = container_of(job, struct work, job);
    struct span email;
    const int rc = names_email(span_str(w->asked.email), job->arena, &email);

    return rc < 0 ? -ENOENT : person_by_email(db, email, job->arena, &w->person);
}

static void on_found(struct job *job, int rc)
{
    struct work *w = container_of(job, struct work, job);

    if (rc < 0) {
        end(w, rc, rc == -ENOENT ? "nobody has this address." : NULL);
    } else {
        w->asked.command->start(w);
    }
}

static int run(struct work *w)
{
    const int rc = parts_open(&w->parts, w->conf, true, &w->why);

    job_init(&w->job, run_find, on_found);
    if (rc < 0) {
        w->rc = rc;
    } else if (w->asked.email) {
        store_read(w->parts.store, &w->job);
        loop_run(w->parts.loop);
    } else {
        w->asked.command->start(w);
        loop_run(w->parts.loop);
    }
    parts_done(&w->parts);
    job_done(&w->job);
    return w->rc;
}

int admin_user(int argc, char **argv)
{
    struct work w = {0};
    struct config conf;
    int rc = read_arguments(argc, argv, &w.asked);

    if (rc)
        return rc;
    w.conf = &conf;
    rc = config_load(getenv, &conf, &w.why) ? WRONG : 0;
    if (rc == 0)
        rc = run(&w) ? FAILED : 0;
    if (rc)
        (void)fprintf(stderr, "convene: %s\n", buf_cstr(&w.why));
    config_done(&conf);
    buf_done(&w.why);
    return rc;
}
