#include "store/postgres_hosts.h"

#include <libpq-fe.h>

#include <string.h>

void postgres_hosts(const char *url, struct buf *ret)
{
    PQconninfoOption *options = PQconninfoParse(url, NULL);

    for (const PQconninfoOption *o = options; o && o->keyword; o++) {
        const bool names = strcmp(o->keyword, "host") == 0 || strcmp(o->keyword, "hostaddr") == 0;

        if (!names || !o->val || !o->val[0] || o->val[0] == '/')
            continue;
        if (ret->len > 0)
            buf_add_char(ret, ',');
        buf_add_str(ret, o->val);
    }
    PQconninfoFree(options);
}
