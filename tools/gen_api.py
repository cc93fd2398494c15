#!/usr/bin/env python3
"""Turns the contract (api/openapi.json, api/events.json) into what follows from it:

    gen_api.py ts FILE     types and routes for the page and the API tests
    gen_api.py c FOLDER    contract_gen.h and contract_gen.c, the tables that src/api checks by, and
                           documents_gen.c, the page /api/docs and the contract as files to serve
    gen_api.py docs FILE   the page /api/docs

api/authorization.json must say of each call and message who may make it.
A file whose text does not change is not written, so that nothing is built anew for nothing.
"""
import pathlib
import sys

sys.dont_write_bytecode = True

from gen import authorization, docs, tables, ts  # noqa: E402
from gen.contract import Contract, ContractError  # noqa: E402


def write(path, text):
    path = pathlib.Path(path)
    if path.exists() and path.read_text() == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def main(args):
    if len(args) != 2 or args[0] not in ("ts", "c", "docs"):
        sys.exit(__doc__)
    what, out = args
    contract = Contract()
    authorization.check(contract)
    if what == "ts":
        write(out, ts.generate(contract))
    elif what == "c":
        write(f"{out}/contract_gen.h", tables.header(contract))
        write(f"{out}/contract_gen.c", tables.source(contract))
        write(f"{out}/documents_gen.c", docs.source(contract))
    else:
        write(out, docs.page(contract))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except ContractError as wrong:
        sys.exit(f"gen_api: {wrong}")
