#!/usr/bin/env python3
"""Turns the SQL of src/store into C: named statements and numbered migrations.

  gen_sql.py SRC_STORE OUT_DIR

queries/*.sql hold statements, each under a line `-- name: user_by_id`, which becomes SQL_USER_BY_ID
of enum sql (store/sql_gen.h) and its text (store/sql_gen.c).  migrations/NNNN_*.sql become the
table of migrations, in order and without a hole; a line `-- compatible: N` in one says that a
program which knows migrations up to N still runs on what it leaves (without one: N is its own).
"""
import pathlib
import re
import sys

COMPATIBLE = re.compile(r"^--\s*compatible:\s*(\d+)\s*$", re.M)
NAME = re.compile(r"^--\s*name:\s*(\S+)\s*$")


def statements(folder):
    seen = {}
    for path in sorted(folder.glob("*.sql")):
        name = None
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found = NAME.match(line)
            if found:
                name = found[1]
                if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
                    sys.exit(f"{path.name}:{number}: a name is lower case with underscores: {name}")
                if name in seen:
                    sys.exit(f"{path.name}:{number}: {name} is defined twice")
                seen[name] = []
            elif line.strip() and not line.lstrip().startswith("--"):
                if name is None:
                    sys.exit(f"{path.name}:{number}: SQL before any `-- name:`")
                seen[name].append(line.split(" -- ")[0].strip())
    for name, lines in seen.items():
        if not lines:
            sys.exit(f"{name} has no SQL")
    return {name: " ".join(lines).rstrip(";") for name, lines in sorted(seen.items())}


def migrations(folder):
    paths = sorted(folder.glob("*.sql"))
    for place, path in enumerate(paths, 1):
        if not path.name.startswith(f"{place:04d}_"):
            sys.exit(f"migration {place} is missing: found {path.name}")
    steps = []
    for place, path in enumerate(paths, 1):
        text = path.read_text()
        found = COMPATIBLE.search(text)
        steps.append((path.stem, int(found[1]) if found else place, text))
    return steps


def c_string(text):
    lines = text.replace("\\", "\\\\").replace('"', '\\"').split("\n")
    return "\n".join(f'    "{line}\\n"' for line in lines)


def write_if_changed(path, text):
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def main():
    source, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    queries = statements(source / "queries")
    steps = migrations(source / "migrations")

    rows = "\n".join(f"    SQL_{name.upper()}," for name in queries)
    write_if_changed(out / "sql_gen.h", f"""/* Generated from src/store by tools/gen_sql.py: do not edit. */
#pragma once

enum sql {{
{rows}
    SQL_MAX_,
}};

struct migration {{
    const char *name;
    unsigned compatible; /* the oldest program that runs on what it leaves */
    const char *text;
}};

extern const char *const sql_text[];
extern const struct migration sql_migrations[];
extern const unsigned sql_migration_count;
""")
    texts = "\n".join(f"    [SQL_{name.upper()}] =\n{c_string(text)}," for name, text in queries.items())
    tables = "\n".join(
        f'    {{"{name}", {compatible},\n{c_string(text)}}},' for name, compatible, text in steps)
    write_if_changed(out / "sql_gen.c", f"""/* Generated from src/store by tools/gen_sql.py: do not edit. */
#include "store/sql_gen.h"

const char *const sql_text[SQL_MAX_] = {{
{texts}
}};

const struct migration sql_migrations[] = {{
{tables}
}};
const unsigned sql_migration_count = {len(steps)};
""")


if __name__ == "__main__":
    main()
