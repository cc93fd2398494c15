"""The contract as one readable page, and that page with the contract itself as files to serve."""
import gzip
import hashlib
import html
import json

from .contract import ROOT, kinds, ref_name

E = html.escape
CSS = """\
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --link: light-dark(#4f52b2, #a6a7dc) }
body { margin: 0 auto; padding: 2rem 1.5rem 6rem; max-width: 60rem;
  font: 1rem/1.5 "Segoe UI", system-ui, sans-serif }
a { color: var(--link) }
nav { columns: 16rem; margin: 1rem 0 2rem; font-size: .9rem }
nav a { display: block; text-decoration: none }
section { border-top: 1px solid var(--line); padding: 1rem 0 }
h2 { margin: 2.5rem 0 .5rem }
h3 { margin: 0 0 .25rem; font-size: 1.05rem; overflow-wrap: anywhere }
code, .method { font-family: ui-monospace, monospace; font-size: .9em }
.method { display: inline-block; min-width: 4rem; font-weight: 600 }
.needs { color: #888; font-size: .85rem }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; font-size: .9rem }
caption { text-align: start; font-weight: 600; padding: .25rem 0 }
td, th { border-bottom: 1px solid var(--line); padding: .25rem .5rem; text-align: start;
  vertical-align: top }
td:first-child { white-space: nowrap }
"""


def link(name):
    return f'<a href="#{E(name)}">{E(name)}</a>'


def type_text(schema):
    if "$ref" in schema:
        return link(ref_name(schema))
    if "anyOf" in schema:
        return " or ".join(type_text(s) for s in schema["anyOf"])
    if "const" in schema:
        return f"<code>{E(json.dumps(schema['const']))}</code>"
    names, nullable = kinds(schema)
    text = " or ".join(n for n in names if n) or "null"
    if schema.get("format"):
        text = schema["format"]
    if "enum" in schema:
        text = " | ".join(f"<code>{E(v)}</code>" for v in schema["enum"])
    if names == ["array"]:
        text = f"list of {type_text(schema['items'])}"
    return text + (" or null" if nullable and names else "")


def bounds(schema):
    low = schema.get("minLength", schema.get("minItems", schema.get("minimum")))
    high = schema.get("maxLength", schema.get("maxItems", schema.get("maximum")))
    unit = " characters" if "maxLength" in schema else " items" if "maxItems" in schema else ""
    if high is None:
        return ""
    return f"{low or 0} to {high}{unit}"


def rows(fields, prefix=""):
    text = ""
    for name, schema, required in fields:
        about = ". ".join(filter(None, [E(schema.get("description", "")), bounds(schema)]))
        text += f"<tr><td><code>{E(prefix + name)}</code>{'' if required else ' ?'}</td>"
        text += f"<td>{type_text(schema)}</td><td>{about}</td></tr>\n"
        text += rows(members(schema), f"{prefix}{name}.")
    return text


def members(schema):
    required = schema.get("required", [])
    return [(n, s, n in required) for n, s in schema.get("properties", {}).items()]


def table(caption, fields):
    body = rows(fields)
    return f"<table><caption>{caption}</caption>\n{body}</table>\n" if body else ""


def reply_text(op):
    reply = op.reply()
    if not reply:
        return ""
    if "$ref" in reply:
        return f"<p>Answer: {type_text(reply)}</p>\n"
    return table("Answer", members(reply))


def operation(op):
    text = f'<section id="{op.id}"><h3><span class="method">{op.method}</span> '
    text += f"<code>{E(op.path)}</code></h3>\n<p>{E(op.summary)}. {E(op.description)}</p>\n"
    text += f'<p class="needs">{op.id} needs <code>{op.verb}</code> on {op.object}'
    text += f"; limited as {op.limit}" if op.limit else ""
    text += f"; answers {', '.join(op.responses)}</p>\n"
    for place in ("path", "query", "header"):
        params = [(p["name"], p["schema"], p["required"]) for p in op.params if p["in"] == place]
        text += table(f"In the {place}", params)
    if op.body:
        text += table("Body", members(op.body))
    return text + reply_text(op) + "</section>\n"


def message(m, side):
    text = f'<section id="{side}-{m.name}"><h3><code>{E(m.name)}</code></h3>\n'
    text += f"<p>{E(m.description)}.</p>\n" + table("Members", members(m.schema))
    return text + "</section>\n"


def schema_section(name, schema):
    return f'<section id="{name}"><h3>{name}</h3>\n' + table("Fields", members(schema)) + "</section>\n"


def page(contract):
    info = contract.api["info"]
    calls = "".join(f'<a href="#{o.id}">{E(o.summary)}</a>\n' for o in contract.operations)
    codes = "".join(
        f"<tr><td><code>{c}</code></td><td>{s}</td></tr>\n" for c, s in contract.codes.items()
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The API of {E(info["title"])}</title>
<link rel="stylesheet" href="/api/docs.css">
</head>
<body>
<h1>The API of {E(info["title"])}</h1>
<p>{E(info["description"])}</p>
<p>For programs: <a href="/api/openapi.json">openapi.json</a> and
<a href="/api/events.json">events.json</a>. A question mark is a field that may be left out.</p>
<h2>Calls</h2>
<nav>
{calls}</nav>
{"".join(operation(o) for o in contract.operations)}
<h2>What the server sends over the socket</h2>
{"".join(message(m, "server") for m in contract.server)}
<h2>What a page sends over the socket</h2>
{"".join(message(m, "client") for m in contract.client)}
<h2>Objects</h2>
{"".join(schema_section(n, s) for n, s in contract.schemas.items())}
<h2>Codes of refusals</h2>
<table>
<tr><th>Code</th><th>Status</th></tr>
{codes}</table>
</body>
</html>
"""


def literal(data):
    step = 96
    lines = (data[i : i + step] for i in range(0, len(data), step))
    return "\n".join('    "' + "".join(f"\\{b:03o}" for b in line) + '"' for line in lines)


def source(contract):
    """documents_gen.c: a table of struct static_file for api/documents.h."""
    files = [
        ("/api/docs", "text/html; charset=utf-8", page(contract).encode()),
        ("/api/docs.css", "text/css; charset=utf-8", CSS.encode()),
        ("/api/openapi.json", "application/json", (ROOT / "api/openapi.json").read_bytes()),
        ("/api/events.json", "application/json", (ROOT / "api/events.json").read_bytes()),
    ]
    blobs, table_rows = "", ""
    for i, (path, kind, data) in enumerate(files):
        packed = gzip.compress(data, 9, mtime=0)
        tag = hashlib.sha256(data).hexdigest()[:16]
        blobs += f"static const char plain_{i}[] =\n{literal(data)};\n"
        blobs += f"static const char gzip_{i}[] =\n{literal(packed)};\n"
        table_rows += f'    {{.path = "{path}", .type = "{kind}", .etag = "\\"{tag}\\"",\n'
        table_rows += f"     .identity = {{plain_{i}, {len(data)}}}, .gzip = {{gzip_{i}, {len(packed)}}}}},\n"
    return (
        "/* Generated by tools/gen_api.py; edit the contract. */\n"
        f'#include "api/documents.h"\n\n{blobs}\n'
        f"const struct static_file api_documents[] = {{\n{table_rows}}};\n\n"
        f"const size_t api_documents_count = {len(files)};\n"
    )
