"""A page for each contract: what it is for, who is in it, its states, and what it refuses.

The states are drawn from the same table that the tests hold against the contract (contracts/tables/).
"""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from contracts import Artifact
from contracts.abi import Function
from scripts.generation.interfaces import MARK, camel

ARROW: Final = "──"


def files(artifacts: Iterable[Artifact], tables: Path, folder: Path) -> dict[Path, str]:
    """One page a contract that has a table, and the index."""
    found, rows = {}, []
    for artifact in artifacts:
        table = tables / f"{artifact.name}.toml"
        if table.exists():
            read = tomllib.loads(table.read_text())
            found[folder / f"{artifact.name}.md"] = page(artifact, read)
            rows.append(f"| [`{artifact.name}`]({artifact.name}.md) | {read['purpose'].strip()} |")
    head = f"# The contracts\n\n<!-- {MARK}. -->\n\n| contract | what it is for |\n|---|---|\n"
    found[folder / "README.md"] = head + "\n".join(rows) + "\n"
    return found


def page(artifact: Artifact, table: Mapping[str, Any]) -> str:
    words = artifact.documentation["contract"]
    parts = [
        f"# {artifact.name}: {words.get('title', '')}\n\n<!-- {MARK} from {artifact.name}.vy and its table. -->",
        table["purpose"].strip(),
        words.get("notice", ""),
        "## Who is in it\n\n" + _rows(("who", "what they do"), table["parties"].items()),
        "## States\n\n" + drawing(table["transitions"]),
        _transitions(table["transitions"]),
        "## When somebody disappears\n\n" + _rows(("who", "what then happens"), table["disappears"].items()),
        "## What always holds\n\n" + words.get("details", ""),
        "## Functions\n\n" + "\n\n".join(_function(artifact, function) for function in _listed(artifact)),
        "## Events\n\n" + "\n".join(_event(each) for each in artifact.abi if each["type"] == "event"),
        "## What it refuses\n\n" + _rows(("words", "what it means, and what to do"), table.get("refusals", {}).items()),
        f"Runtime code: {len(artifact.runtime_code):,} bytes of 24,576. "
        f"`contracts.typed.{camel(artifact.name)}` is its Python binding.",
    ]
    return "\n\n".join(part for part in parts if part.strip()) + "\n"


def drawing(transitions: Iterable[Mapping[str, str]]) -> str:
    """The states as a tree of arrows, from each state in the order of the table."""
    by_state: dict[str, dict[str, list[str]]] = {}
    for each in transitions:
        if each["from"] != "any" and each["from"] != each["to"]:
            by_state.setdefault(each["from"], {}).setdefault(each["to"], []).append(each["function"])
    if not by_state:
        return "It keeps no states: each call stands for itself."
    width = max(len(state) for state in by_state)
    lines = []
    for state, targets in by_state.items():
        for index, (target, functions) in enumerate(targets.items()):
            head = state.ljust(width) if index == 0 else " " * width
            last = index == len(targets) - 1
            corner = ("──" if last else "─┬") if index == 0 else (" └" if last else " ├")
            lines.append(f"{head} {corner}{ARROW} {', '.join(dict.fromkeys(functions))} {ARROW}> {target}")
    return "```\n" + "\n".join(lines) + "\n```"


def _transitions(transitions: Iterable[Mapping[str, str]]) -> str:
    rows = "\n".join(
        f"| {each['from']} | {each['to']} | `{each['function']}` | {each['by']} | {each.get('when', '')} |"
        for each in transitions
    )
    return f"| from | to | function | by | when |\n|---|---|---|---|---|\n{rows}"


def _rows(head: tuple[str, str], rows: Iterable[tuple[str, str]]) -> str:
    body = "\n".join(f"| {key} | {' '.join(text.split())} |" for key, text in rows)
    return f"| {head[0]} | {head[1]} |\n|---|---|\n{body}" if body else "None."


def _listed(artifact: Artifact) -> list[Function]:
    """Those with words of their own; bare getters follow from the storage."""
    fullest: dict[str, Function] = {}
    for function in artifact.interface.functions:
        if function.name in artifact.documentation["functions"]:
            known = fullest.get(function.name)
            if known is None or len(known.inputs) < len(function.inputs):
                fullest[function.name] = function
    return list(fullest.values())


def _function(artifact: Artifact, function: Function) -> str:
    entry = artifact.documentation["functions"][function.name]
    inputs = ", ".join(f"{each.type} {each.name}" for each in function.inputs)
    view = " (view)" if function.mutability in ("view", "pure") else ""
    head = f"### `{function.name}({inputs})`{view}"
    lines = [entry.get("notice", "")]
    lines += [f"- `{name}`: {meaning}" for name, meaning in entry.get("params", {}).items()]
    if entry.get("returns"):
        lines.append(f"- answers: {entry['returns']}")
    return head + "\n\n" + "\n".join(lines)


def _event(entry: Mapping[str, Any]) -> str:
    inputs = ", ".join(
        f"{'indexed ' if each['indexed'] else ''}{each['type']} {each['name']}" for each in entry["inputs"]
    )
    return f"- `{entry['name']}({inputs})`"
