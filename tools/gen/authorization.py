"""Reads api/authorization.json and refuses a contract in which something may be asked that it does not judge."""
import json

from gen.contract import ROOT, ContractError

OUTCOMES = ("yes", "401", "403", "404")
PLACES = {"group", "standard", "direct"}  # kinds of channel, each of which a row must speak for


def check(contract, root=ROOT):
    table = json.loads((root / "api/authorization.json").read_text())
    actors = table["actors"].split()
    judged = {}
    for name, outcomes in table["rows"].items():
        of, *on = name.split()
        judged.setdefault(of, set()).update(on)
        check_row(name, outcomes.split(), actors)
    asked = {x.id: x for x in contract.operations} | {x.name: x for x in contract.client}
    for name in asked.keys() - judged.keys():
        raise ContractError(f"api/authorization.json has no row for {name}: say who may")
    for name in judged.keys() - asked.keys():
        raise ContractError(f"api/authorization.json judges {name}, which the contract does not have")
    for name, what in asked.items():
        if what.object == "channel" and not PLACES <= judged[name]:
            raise ContractError(f"api/authorization.json: {name} needs a row for each of {', '.join(sorted(PLACES))}")


def check_row(name, outcomes, actors):
    if len(outcomes) != len(actors):
        raise ContractError(f"api/authorization.json: {name} has {len(outcomes)} cells for {len(actors)} actors")
    for outcome in outcomes:
        if outcome not in OUTCOMES:
            raise ContractError(f"api/authorization.json: {name}: {outcome} is none of {', '.join(OUTCOMES)}")
