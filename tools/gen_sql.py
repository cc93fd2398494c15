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


class Table:
    """What the migrations make of a table: enough to copy its rows."""

    def __init__(self, name, body):
        self.name = name
        self.columns = []
        self.keys = []
        for line in re.sub(r"--[^\n]*", "", body).split("\n"):
            self.add(line.strip().rstrip(","))

    def add(self, line):
        keys = re.match(r"PRIMARY KEY \(([^)]*)\)", line)
        column = re.match(r"(\w+)\s+(CTEXT|TEXT|BIGINT|INTEGER)\b(.*)", line)
        if keys:
            self.keys = [k.strip() for k in keys[1].split(",")]
        elif column:
            self.columns.append((column[1], "t" if column[2].endswith("TEXT") else "i"))
            if "PRIMARY KEY" in column[3]:
                self.keys = [column[1]]
        elif line:
            sys.exit(f"table {self.name}: this is not understood: {line}")

    def statements(self):
        names = [name for name, _ in self.columns]
        keys = ", ".join(self.keys)
        after = ", ".join(f"${n}" for n in range(1, len(self.keys) + 1))
        values = ", ".join(f"${n}" for n in range(1, len(names) + 1))
        others = ", ".join(f"{n} = excluded.{n}" for n in names if n not in self.keys)
        act = f"UPDATE SET {others}" if others else "NOTHING"
        return {
            f"copy_{self.name}_page": f"SELECT {', '.join(names)} FROM {self.name} "
            f"WHERE ({keys}) > ({after}) ORDER BY {keys} LIMIT ${len(self.keys) + 1}",
            f"copy_{self.name}_last": f"SELECT {keys} FROM {self.name} ORDER BY "
            + ", ".join(f"{k} DESC" for k in self.keys) + " LIMIT 1",
            f"copy_{self.name}_put": f"INSERT INTO {self.name} ({', '.join(names)}) "
            f"VALUES ({values}) ON CONFLICT ({keys}) DO {act}",
        }

    def row(self):
        types = "".join(t for _, t in self.columns)
        names = [name for name, _ in self.columns]
        keys = "".join(chr(ord("a") + names.index(k)) for k in self.keys)
        up = f"SQL_COPY_{self.name.upper()}"
        return f'    {{"{self.name}", "{types}", "{keys}", {up}_PAGE, {up}_LAST, {up}_PUT}},'


# What belongs to a running server and not to what people have put in.
NOT_COPIED = {"writer"}


def check_understood(text):
    """A table or column that is missed here would be missed by every copy, whose sums agreed."""
    known = (r"CREATE TABLE \w+ \(\n.*\n\)", r"ALTER TABLE \w+ ADD COLUMN [^;]*")
    for statement in (s.strip() for s in text.split(";")):
        if re.match(r"(CREATE|ALTER|DROP)\s+(TEMP\w*\s+)?TABLE\b", statement) and not any(
                re.fullmatch(k, statement, re.S) for k in known):
            sys.exit(f"this is not understood: {statement}")


def tables(steps):
    """The tables as all migrations leave them, in the order that their references allow."""
    found = {}
    for _, _, text in steps:
        for name, body in re.findall(r"^CREATE TABLE (\w+) \(\n(.*?)^\);", text, re.M | re.S):
            found[name] = Table(name, body)
        plain = re.sub(r"--[^\n]*", "", text)
        for name, column in re.findall(r"^ALTER TABLE (\w+) ADD COLUMN ([^;]*);", plain, re.M):
            found[name].add(column)
        check_understood(plain)
    return [t for name, t in found.items() if name not in NOT_COPIED]


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
    copied = tables(steps)
    for table in copied:
        queries.update(table.statements())
    queries = dict(sorted(queries.items()))

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

/* A table whose rows can be copied, in the order that references allow. */
struct sql_table {{
    const char *name;
    const char *types; /* a letter a column: t text, i integer; either may be NULL */
    const char *keys;  /* a letter a column of the primary key: a is the first column */
    enum sql page;     /* all columns of the rows behind a key: ($1 ...), at most $n of them */
    enum sql last;     /* the key of the last row */
    enum sql put;      /* all columns: inserts or replaces */
}};

extern const struct sql_table sql_tables[];
extern const unsigned sql_table_count;

extern const char *const sql_text[];
extern const struct migration sql_migrations[];
extern const unsigned sql_migration_count;
""")
    texts = "\n".join(f"    [SQL_{name.upper()}] =\n{c_string(text)}," for name, text in queries.items())
    step_rows = "\n".join(
        f'    {{"{name}", {compatible},\n{c_string(text)}}},' for name, compatible, text in steps)
    write_if_changed(out / "sql_gen.c", f"""/* Generated from src/store by tools/gen_sql.py: do not edit. */
#include "store/sql_gen.h"

const char *const sql_text[SQL_MAX_] = {{
{texts}
}};

const struct sql_table sql_tables[] = {{
{chr(10).join(t.row() for t in copied)}
}};
const unsigned sql_table_count = {len(copied)};

const struct migration sql_migrations[] = {{
{step_rows}
}};
const unsigned sql_migration_count = {len(steps)};
""")


if __name__ == "__main__":
    main()
