#include "app/admin.h"

#include "app/commands.h"
#include "app/parts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FAILED = 1, WRONG = 2, STDIN_MAX = 4096 };

const char admin_usage[] =
    "convene admin user add --email ADDRESS --name NAME --password-stdin [--admin]\n"
    "convene admin user list\n"
    "convene admin user role --email ADDRESS --role owner|admin|member\n"
    "convene admin user deactivate|restore|reset|sessions-end|totp-off --email ADDRESS\n";

struct asked {
    struct admin_add add;
    bool password_stdin;
};

static int wrong(const char *why)
{
    (void)fprintf(stderr, "convene: %s\n%s", why, admin_usage);
    return WRONG;
}

static int read_arguments(int argc, char **argv, struct asked *ret)
{
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--admin") == 0) {
            ret->add.admin = true;
        } else if (strcmp(argv[i], "--password-stdin") == 0) {
            ret->password_stdin = true;
        } else if (strcmp(argv[i], "--email") == 0 && i + 1 < argc) {
            ret->add.email = span_str(argv[++i]);
        } else if (strcmp(argv[i], "--name") == 0 && i + 1 < argc) {
            ret->add.name = span_str(argv[++i]);
        } else {
            return wrong("an argument is not known, or its value is missing.");
        }
    }
    if (!ret->add.email.p || !ret->add.name.p || !ret->password_stdin)
        return wrong("--email, --name and --password-stdin are all needed.");
    return 0;
}

/* The first line: a password on the command line would be seen by everybody on the machine. */
static int read_password(struct buf *out)
{
    ssize_t n;

    do {
        n = read(STDIN_FILENO, buf_room(out, STDIN_MAX), STDIN_MAX);
        if (n > 0)
            out->len += (size_t)n;
    } while ((n > 0 && out->len < STDIN_MAX) || (n < 0 && errno == EINTR));
    out->len = span_find(buf_span(out), '\n');
    if (out->len > 0 && out->p[out->len - 1] == '\r')
        out->len--;
    return out->len > 0 ? 0 : wrong("no password came on standard input.");
}

struct result {
    struct loop *loop;
    int rc;
    struct buf why;
};

static void added(int rc, const char *why, void *arg)
{
    struct result *r = arg;

    r->rc = rc;
    if (rc == -EEXIST) {
        buf_add_str(&r->why, "somebody with this address is here already.");
    } else if (rc < 0) {
        buf_add_str(&r->why, why ? why : strerror(-rc));
    }
    loop_stop(r->loop);
}

static int add_user(const struct config *conf, const struct admin_add *add, struct buf *why)
{
    struct parts parts;
    struct result result = {0};
    int rc = parts_open(&parts, conf, true, why);

    if (rc == 0) {
        result.loop = parts.loop;
        account_admin_add(parts.accounts, add, added, &result);
        loop_run(parts.loop);
        rc = result.rc;
        buf_add_span(why, buf_span(&result.why));
        buf_done(&result.why);
    }
    parts_done(&parts);
    return rc;
}

static int add_by_arguments(int argc, char **argv)
{
    struct asked asked = {0};
    struct config conf;
    struct buf why = {0};
    struct buf password = {0};
    int rc = read_arguments(argc, argv, &asked);

    if (rc)
        return rc;
    rc = config_load(getenv, &conf, &why) ? WRONG : 0;
    if (rc == 0)
        rc = read_password(&password);
    asked.add.password = buf_span(&password);
    if (rc == 0)
        rc = add_user(&conf, &asked.add, &why) ? FAILED : 0;
    if (rc == 0) {
        printf("%.*s can sign in now.\n", SPAN_ARG(asked.add.email));
    } else if (why.len > 0) {
        (void)fprintf(stderr, "convene: %s\n", buf_cstr(&why));
    }
    config_done(&conf);
    buf_done(&password);
    buf_done(&why);
    return rc;
}

int command_admin(int argc, char **argv)
{
    if (argc < 2 || strcmp(argv[0], "user") != 0)
        return wrong("admin knows what is done with a user.");
    if (strcmp(argv[1], "add") == 0)
        return add_by_arguments(argc - 2, argv + 2);
    return admin_user(argc - 1, argv + 1);
}
