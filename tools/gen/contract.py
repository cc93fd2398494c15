"""Reads api/openapi.json and api/events.json and refuses what the rest of the tree relies on not to find."""
import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
METHODS = ("get", "post", "put", "patch", "delete")
OBJECTS = ("none", "self", "channel", "call", "team")


class ContractError(Exception):
    """A sentence for whoever edits the contract."""


class Operation:
    """One call: a method of a path."""

    def __init__(self, path, method, node):
        self.path = path
        self.method = method.upper()
        self.id = node["operationId"]
        self.summary = node.get("summary", "")
        self.description = node.get("description", "")
        self.verb, self.object = access(node, self.id)
        self.limit = node.get("x-limit")
        self.page = node.get("x-page", False)  # a browser is sent there, and shows what is answered
        self.params = node.get("parameters", [])
        body = node.get("requestBody")
        self.body = body["content"]["application/json"]["schema"] if body else None
        self.responses = node["responses"]
        names = re.findall(r"\{(\w+)\}", path)
        if names != [p["name"] for p in self.params if p["in"] == "path"]:
            raise ContractError(f"{self.id}: the path parameters are not those of {path}")

    def reply(self):
        """The schema of the first good answer; None for 204; False when it is no JSON at all."""
        for status, answer in self.responses.items():
            if status == "204":
                return None
            if status in ("200", "201"):
                content = answer.get("content")
                return content["application/json"]["schema"] if content else False
        return False


class SocketMessage:
    """One frame of the socket, in either direction."""

    def __init__(self, name, node, client):
        self.name = name
        self.schema = node
        self.description = node.get("description", "")
        self.verb, self.object = access(node, f"client message {name}") if client else (None, None)
        if node["properties"].get("type", {}).get("const") != name:
            raise ContractError(f"{name}: its type must be the constant {name}")


class Contract:
    def __init__(self, root=ROOT):
        self.api = json.loads((root / "api/openapi.json").read_text())
        events = json.loads((root / "api/events.json").read_text())
        self.codes = self.api["x-error-codes"]
        self.schemas = self.api["components"]["schemas"]
        self.operations = [
            Operation(path, method, item[method])
            for path, item in self.api["paths"].items()
            for method in METHODS
            if method in item
        ]
        self.server = [SocketMessage(n, s, False) for n, s in events["server"].items()]
        self.client = [SocketMessage(n, s, True) for n, s in events["client"].items()]
        ids = [o.id for o in self.operations]
        if len(set(ids)) != len(ids):
            raise ContractError("an operationId stands twice")

    def resolve(self, schema):
        """Follows a $ref to a component; other schemas are themselves."""
        return self.schemas[ref_name(schema)] if "$ref" in schema else schema


def access(node, what):
    verb, obj = node.get("x-verb"), node.get("x-object")
    if not verb or not re.fullmatch(r"[a-z]+\.[a-z_]+", verb):
        raise ContractError(f"{what}: x-verb must name a verb of auth/authorize.h, as in \"message.send\"")
    if obj not in OBJECTS:
        raise ContractError(f"{what}: x-object must be one of {', '.join(OBJECTS)}")
    return verb, obj


def ref_name(schema):
    return schema["$ref"].rsplit("/", 1)[-1]


def kinds(schema):
    """The types of a schema as a list, without null; and whether null is allowed."""
    kind = schema.get("type")
    names = kind if isinstance(kind, list) else [kind]
    return [n for n in names if n != "null"], "null" in names
