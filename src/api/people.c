#include "auth/people.h"

#include "api/inside.h"

#include <errno.h>

enum { LIMIT_DEFAULT = 20, IDS_MAX = 50 };

static void answer_people(int rc, const struct people *people, void *arg)
{
    struct exchange *x = arg;
    struct buf json = {0};
    struct json_out o = json_out(&json);

    if (rc < 0) {
        answer_errno(x, rc);
        return;
    }
    json_obj_begin(&o, NULL);
    json_arr_begin(&o, "people");
    for (size_t i = 0; i < people->count; i++)
        person_write_full(&o, NULL, &people->rows[i]);
    json_arr_end(&o);
    json_obj_end(&o);
    answer_json(x, 200, &json);
}

/* "id,id,id": how many, or -EBADMSG. */
static int read_ids(struct span text, struct id ids[IDS_MAX])
{
    struct span one;
    int n = 0;

    while (span_split(&text, ',', &one)) {
        if (n == IDS_MAX || id_parse(one, &ids[n]))
            return -EBADMSG;
        n++;
    }
    return n;
}

void handle_people_list(struct exchange *x)
{
    const struct param *by_ids = exchange_query(x, "ids");
    const struct param *query = exchange_query(x, "query");
    struct id ids[IDS_MAX];
    int n;

    if (!by_ids->given) {
        people_find(x->api->conf.store, &x->actor, query->text,
                    exchange_number(x, "limit", LIMIT_DEFAULT), answer_people, x);
        return;
    }
    n = read_ids(by_ids->text, ids);
    if (n < 0 || query->given) {
        answer_code(x, CODE_BAD_PARAMETER, "ids",
                    "ids must be up to 50 ids with commas between, and stands without query.");
    } else {
        people_get(x->api->conf.store, &x->actor, ids, (size_t)n, answer_people, x);
    }
}

static void answer_person(int rc, const struct people *people, void *arg)
{
    struct exchange *x = arg;
    struct buf json = {0};
    struct json_out o = json_out(&json);

    if (rc >= 0 && people->count == 0)
        rc = -ENOENT;
    if (rc < 0) {
        answer_errno(x, rc);
        return;
    }
    person_write_full(&o, NULL, &people->rows[0]);
    answer_json(x, 200, &json);
}

void handle_person_get(struct exchange *x)
{
    const struct id id = exchange_path_id(x, "person");

    people_get(x->api->conf.store, &x->actor, &id, 1, answer_person, x);
}
