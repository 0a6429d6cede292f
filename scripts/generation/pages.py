"""A page for each contract: what it is for, who is in it, its states, and what it refuses.

The states are drawn from the same table that the tests hold against the contract (contracts/tables/). Beside them
the index, with a drawing of how the contracts relate, and the page of numbered refusals (contracts/reasons.py).
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from eth_utils.address import to_checksum_address

from contracts import REASONS, Artifact
from contracts.abi import Function
from contracts.export import PLACES
from contracts.library import SOURCES
from contracts.values import Parameter
from scripts.generation.getters import functions_of, getters_of
from scripts.generation.interfaces import MARK, camel, heading, path_of
from scripts.generation.records import record_names, shape_of

ARROW: Final = "──"
MODULES: Final = "modules.toml"
UNCHANGED: Final = "unchanged"
RELATIONS: Final = """How they relate. An arrow goes from who gives, asks or hands on to who gets, answers or takes
over; its words say what:

```
central bank ── quota ──> ecash ─── asks each payment ──> policy       directory: names, aliases, who is custody
                            │                                              │
      rtgs_desk ── issues ──┤              custody listed there is beyond freeze, seizure and recovery
                            │
        ┌───────────────────┼──────────────────────┬───────────────────────────┐
   bank money           payments                 trade                     finance
   deposit_token        mandate                  trade ── matched ──> receivable ── sold ──> factoring
   interbank_swap       pbm, disburse            escrow <── facts ── conditions        fingerprints: financed once
   fx_desk, dvp         channel, offline_purse   splitter, tax_ledger              letter_of_credit, claims_desk

every day: hotel_deposit, no_show, royalty_sale, metered_utility, points, peer_loan, liquidity_pool,
           toll, parametric_premium
network: validators (who votes), admission (who connects), timelock (what waits)        people: account
```

A custody contract holds money of others. Each has `liabilities(token)`, `held(id)`, `exit(id)` (by anyone, after the
last deadline) and `claim(token, who)` (by anyone, to the owner only). Numbered refusals of the currency:
[refusals](refusals.md). Programs to copy: [examples](examples.md). How well the tests bite: [mutation](mutation.md)."""


def files(artifacts: Iterable[Artifact], tables: Path, folder: Path) -> dict[Path, str]:
    """One page a contract that has a table, and the index."""
    found, rows = {}, []
    shared = tomllib.loads((tables / MODULES).read_text())["refusals"]
    for artifact in artifacts:
        table = tables / f"{artifact.name}.toml"
        if table.exists():
            read = tomllib.loads(table.read_text())
            found[folder / f"{artifact.name}.md"] = page(artifact, read, shared)
            rows.append(f"| [`{artifact.name}`]({artifact.name}.md) | {read['purpose'].strip()} |")
    listed = "| contract | what it is for |\n|---|---|\n" + "\n".join(rows)
    found[folder / "README.md"] = f"# The contracts\n\n<!-- {MARK}. -->\n\n{RELATIONS}\n\n{listed}\n"
    found[folder / "refusals.md"] = refusals(shared)
    return found


def refusals(of_modules: Mapping[str, str]) -> str:
    """The currency's numbered reasons, and the words of the shared modules. A contract's own stand on its page."""
    rows = "\n".join(f"| {each.code} | {each.words} | {each.advice} |" for each in REASONS.values())
    return f"""# Why a payment is refused

<!-- {MARK} from contracts/reasons.py. -->

The currency reverts with `Refused(uint256 code, uint256 rule, uint256 version)`. `code` is one of these, `rule` the
number of the policy's rule (0 where none was needed), `version` that of the policy's rules and lists.

| code | words | what to do |
|---|---|---|
{rows}

Ask before paying: `check(payer, payee, amount, context)` of the [currency](ecash.md) answers the same three numbers as
the payment would. Ask afterwards: `jiaozi_replayTransaction` of a node executes a refused transaction again in its
place in its block, and the receipt keeps the three numbers as `revertReason`: `contracts.decode_refusal` reads them.
A typed binding and a wallet ask the node first and send nothing that would be refused; `CallRefused.words` says why.

A payment out of custody that is refused does not revert: it becomes a claim in the contract that holds the money, and
anyone may bring it to its owner with `claim(token, who)` once the reason is gone.

## In words

Contracts refuse in words that begin with their name. A contract's page explains all that it can say; these are of the
modules that many contracts share:

{_rows(("words", "what it means, and what to do"), of_modules.items())}
"""


def page(artifact: Artifact, table: Mapping[str, Any], shared: Mapping[str, str]) -> str:
    words = artifact.documentation["contract"]
    parts = [
        f"# {heading(artifact, artifact.name)}\n\n<!-- {MARK} from {artifact.name}.vy and its table. -->",
        table["purpose"].strip(),
        words.get("notice", ""),
        "## Who is in it\n\n" + _rows(("who", "what they do"), table["parties"].items()),
        "## States\n\n" + drawing(table["transitions"]),
        _transitions(table["transitions"]),
        "## When somebody disappears\n\n" + _rows(("who", "what then happens"), table["disappears"].items()),
        "## What always holds\n\n" + words.get("details", ""),
        "## Deployment\n\n" + _deployment(artifact, table.get("example", "")),
        "## Functions\n\n" + "\n\n".join(_function(artifact, function) for function in _listed(artifact)),
        "## Readable values\n\n" + values if (values := _values(artifact)) else "",
        "## Records\n\n" + records if (records := _records(artifact)) else "",
        "## Events\n\n" + "\n".join(_event(each) for each in artifact.abi if each["type"] == "event"),
        "## What it refuses\n\n" + _refusals(artifact, table, shared),
        "Numbered refusals are the currency's: [refusals](refusals.md).",
        f"Runtime code: {len(artifact.runtime_code):,} bytes of 24,576. "
        f"`contracts.typed.{camel(artifact.name)}` is its Python binding, "
        f"`{_interface(artifact)}` its Vyper interface.",
    ]
    return "\n\n".join(part for part in parts if part.strip()) + "\n"


def _interface(artifact: Artifact) -> str:
    """As another contract imports it."""
    path = path_of(artifact, SOURCES / "interfaces").relative_to(SOURCES.parent)
    return ".".join(path.with_suffix("").parts)


def states(words: str) -> list[str]:
    """The states that a table's cell names: "shipped, received or matched" are three."""
    return re.split(r", | or ", words)


def drawing(transitions: Iterable[Mapping[str, str]]) -> str:
    """The states as a tree of arrows, from each state in the order of the table; what changes no state is left out."""
    by_state: dict[str, dict[str, list[str]]] = {}
    for each in transitions:
        for before in states(each["from"]):
            for after in states(each["to"]):
                if after not in (before, "any", UNCHANGED):
                    by_state.setdefault(before, {}).setdefault(after, []).append(each["function"])
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


def _refusals(artifact: Artifact, table: Mapping[str, Any], shared: Mapping[str, str]) -> str:
    """In the table's words, and in those of the shared modules where its code holds theirs."""
    own: dict[str, str] = table.get("refusals", {})
    of_modules = {words: text for words, text in shared.items() if words not in own and _says(artifact, words)}
    return _rows(("words", "what it means, and what to do"), (own | of_modules).items())


def _says(artifact: Artifact, words: str) -> bool:
    """Whether it can revert with them: its code holds every one, in pieces of 32 bytes."""
    code, text = artifact.creation_code, words.encode()
    return all(text[start : start + 32] in code for start in range(0, len(text), 32))


def _listed(artifact: Artifact) -> list[Function]:
    """Those with words of their own; the getters of public variables stand under "Readable values"."""
    fullest: dict[str, Function] = {}
    for function in functions_of(artifact):
        if function.name in artifact.documentation["functions"]:
            known = fullest.get(function.name)
            if known is None or len(known.inputs) < len(function.inputs):
                fullest[function.name] = function
    return list(fullest.values())


def _function(artifact: Artifact, function: Function) -> str:
    entry = artifact.documentation["functions"][function.name]
    head = f"### {_head(artifact, function)}{' (view)' if function.mutability in ('view', 'pure') else ''}"
    lines = [entry.get("notice", "")]
    lines += [f"- `{name}`: {meaning}" for name, meaning in entry.get("params", {}).items()]
    if entry.get("returns"):
        lines.append(f"- answers: {entry['returns']}")
    return head + "\n\n" + "\n".join(lines)


def _head(artifact: Artifact, function: Function) -> str:
    """What it is given, and where it only reads, what it answers."""
    names = record_names(artifact)
    inputs = ", ".join(f"{_named_type(each, names)} {each.name}" for each in function.inputs)
    reads = function.mutability in ("view", "pure")
    answer = ", ".join(_named_type(each, names) for each in function.outputs) if reads else ""
    return f"`{function.name}({inputs})`" + (f" -> `{answer}`" if answer else "")


def _values(artifact: Artifact) -> str:
    """What anyone reads without more words than its name."""
    return "\n".join(f"- {_head(artifact, each)}" for each in getters_of(artifact))


def _deployment(artifact: Artifact, example: str) -> str:
    """The constructor's arguments, and what they mean; `example` shows how those of records are typed."""
    inputs = artifact.interface.constructor
    meanings = artifact.documentation["functions"].get("__init__", {}).get("params", {})
    names = record_names(artifact)
    command = " ".join(["python -m contracts deploy", artifact.name, *(each.name.upper() for each in inputs)])
    rows = [f"- `{each.name}` ({_named_type(each, names)}): {meanings[each.name]}" for each in inputs]
    parts = [
        _of_the_genesis(artifact.name),
        f"`{command}`" + ("" if rows else ". It takes no arguments."),
        "\n".join(rows),
        _example(example),
    ]
    return "\n\n".join(part for part in parts if part)


def _example(command: str) -> str:
    shown = f"```\n{command.strip()}\n```"
    return f"An example; a record is a JSON list of its fields in order:\n\n{shown}" if command else ""


def _of_the_genesis(name: str) -> str:
    """Where there is one already."""
    if name not in PLACES:
        return ""
    place = to_checksum_address(PLACES[name])
    return f"Every network has one from its genesis, at `contracts.{name.upper()}` ({place}). To deploy another:"


def _records(artifact: Artifact) -> str:
    """What functions take and answer, field by field."""
    names, found = record_names(artifact), dict[str, str]()

    def add(parameter: Parameter) -> None:
        while parameter.is_array:
            parameter = parameter.item()
        for field in parameter.components:
            add(field)
        if parameter.components and shape_of(parameter) in names:
            fields = ", ".join(f"{_named_type(field, names)} {field.name}" for field in parameter.components)
            found[names[shape_of(parameter)]] = fields

    for function in artifact.interface.functions:
        for parameter in (*function.inputs, *function.outputs):
            add(parameter)
    return "\n".join(f"- `{name}({fields})`" for name, fields in found.items())


def _named_type(parameter: Parameter, names: Mapping[tuple[str, ...], str]) -> str:
    """Its type as the source has it: a record by its name."""
    if parameter.is_array:
        length = "" if parameter.length is None else parameter.length
        return f"{_named_type(parameter.item(), names)}[{length}]"
    return names.get(shape_of(parameter), parameter.type) if parameter.components else parameter.type


def _event(entry: Mapping[str, Any]) -> str:
    inputs = ", ".join(
        f"{'indexed ' if each['indexed'] else ''}{_type(each)} {each['name']}" for each in entry["inputs"]
    )
    return f"- `{entry['name']}({inputs})`"


def _type(entry: Mapping[str, Any]) -> str:
    """A struct's as its members, as in the heads of functions."""
    if not entry["type"].startswith("tuple"):
        return str(entry["type"])
    return f"({','.join(_type(each) for each in entry['components'])}){entry['type'].removeprefix('tuple')}"
