"""Each contract's table of states, parties and refusals says what its source says."""

import re
import shlex
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import boa
import pytest
from eth_utils.address import to_checksum_address

import contracts
from contracts import ECASH, genesis_suite, load, names, parse_arguments
from scripts.generation.pages import RELATIONS, UNCHANGED, states
from tests.contracts.histories import ANY, Edge, Kind, parse
from tests.contracts.placed import hostile_token

TABLES = Path(contracts.__file__).parent / "tables"
PAGES = Path(contracts.__file__).parents[1] / "docs" / "contracts"
REFUSAL = re.compile(r'(?:assert [^#]*?|raise |, )"([a-z0-9_]+: [^"]+)"', re.DOTALL)
EXPLAINED = re.compile(r"^\| ([a-z0-9_]+: [^|]+) \| [^|]*\w[^|]* \|$", re.MULTILINE)
OF_THE_CLAIM_LEDGER = {"claim"}
"""The same everywhere: a table may leave it out."""
WITHOUT_RECORDS_OF_STATES = {
    "account": "approvals and sessions of an owner's own account",
    "deposit_token": "balances and licence of one bank",
    "directory": "entries, which stand or do not",
    "fingerprints": "entries, which stand or do not",
    "liquidity_pool": "one pool, which ends by time",
    "points": "lots, which end by time",
    "policy": "holds, told by their times",
    "splitter": "schemes by version, and payments that are over at once",
}
"""Here no view answers a state, so the machines cannot hold their histories against the table."""
OUTSIDE_THE_RECORDS = {"ecash": {"running", "paused"}, "royalty_sale": {"none"}}
"""The currency as a whole runs or is paused; an offer's record does not say whether there is a work."""
BEGINNINGS = {"none", "unknown", "no order", "any"}


def table(name: str) -> dict[str, Any]:
    return tomllib.loads((TABLES / f"{name}.toml").read_text())


@pytest.mark.parametrize("name", names())
def test_every_contract_has_a_table(name: str) -> None:
    read = table(name)
    assert read["purpose"].strip()
    assert read["parties"] and read["disappears"] and read["transitions"]
    assert set(read) <= {"purpose", "parties", "states", "transitions", "disappears", "refusals", "example"}


@pytest.mark.parametrize("name", names())
def test_every_function_that_changes_something_is_a_transition(name: str) -> None:
    functions = load(name).interface.functions
    writing = {each.name for each in functions if each.mutability not in ("view", "pure")}
    told = {each["function"] for each in table(name)["transitions"]}
    assert told <= writing, "only what the contract has"
    assert writing - told <= OF_THE_CLAIM_LEDGER, "all that the contract has"


@pytest.mark.parametrize("name", names())
def test_every_refusal_is_explained_on_the_contracts_own_page(name: str) -> None:
    """Those of the modules that it uses too, as far as they are in its code."""
    artifact = load(name)
    stated = set(REFUSAL.findall(artifact.sources[artifact.main_source]))
    everywhere = {words for source in artifact.sources.values() for words in REFUSAL.findall(source)}
    given = {words for words in everywhere if words.encode()[:32] in artifact.creation_code}
    assert stated <= given, "no refusal is left out by the compiler"
    explained = EXPLAINED.findall((PAGES / f"{name}.md").read_text())
    assert set(explained) == given, "each refusal has words for people, and none that it cannot give"
    assert len(explained) == len(given)


def test_refusals_of_shared_modules_are_explained_once_for_all() -> None:
    modules = {path.stem: set(REFUSAL.findall(path.read_text())) for path in (TABLES.parent / "modules").glob("*.vy")}
    own = {words for name, found in modules.items() for words in found if words.startswith(f"{name}: ")}
    assert table("modules")["refusals"].keys() == own
    assert set(EXPLAINED.findall((PAGES / "refusals.md").read_text())) == own


@pytest.mark.parametrize("name", names())
def test_every_argument_of_a_constructor_is_explained(name: str) -> None:
    artifact = load(name)
    meanings = artifact.documentation["functions"].get("__init__", {}).get("params", {})
    assert list(meanings) == [parameter.name for parameter in artifact.interface.constructor]


@pytest.mark.parametrize("name", names())
def test_every_function_stands_on_the_page(name: str) -> None:
    page = (PAGES / f"{name}.md").read_text()
    assert not [each.name for each in load(name).interface.functions if f"`{each.name}(" not in page]


def test_the_example_of_an_accounts_deployment_deploys_one() -> None:
    words = shlex.split(table("account")["example"].replace("\\\n", ""))
    assert words[:5] == ["python", "-m", "contracts", "deploy", "account"]
    account = load("account")
    arguments = parse_arguments(account.interface.constructor, words[5 : words.index("--key-file")])
    hostile_token(ECASH)
    _, code = boa.env.deploy_code(bytecode=account.init_code(*arguments))
    assert code.startswith(account.runtime_code)


def test_the_drawing_has_every_contract() -> None:
    assert set(names()) <= set(re.findall(r"\w+", RELATIONS))


def test_the_pages_of_the_genesis_suite_say_where_it_stands() -> None:
    suite = genesis_suite([b"\1" * 20], b"\2" * 20, b"\3" * 20)
    for name in names():
        told = re.findall(r"`contracts\.([A-Z]+)` \((0x\w+)\)", (PAGES / f"{name}.md").read_text())
        assert [(getattr(contracts, constant), place) for constant, place in told] == [
            (each.address, to_checksum_address(each.address)) for each in suite if each.name == name
        ]


@pytest.mark.parametrize("name", names())
def test_every_state_that_is_left_was_reached_before(name: str) -> None:
    transitions = table(name)["transitions"]
    reached = {state for each in transitions for state in states(each["to"])}
    left = {state for each in transitions for state in states(each["from"])}
    assert left - reached <= BEGINNINGS


@pytest.mark.parametrize("name", names())
def test_a_table_tells_how_states_are_read_wherever_the_contract_keeps_any(name: str) -> None:
    kinds = parse(table(name)).kinds
    assert bool(kinds) != (name in WITHOUT_RECORDS_OF_STATES)
    assert {kind.view for kind in kinds} == _views_of_states(name)
    for kind in kinds:
        (record,) = load(name).function(kind.view).outputs
        flags = {each.name for each in record.components if each.type == "bool"}
        assert kind.flags.keys() <= flags
        assert len(load(name).function(kind.view).inputs) == kind.key_length


@pytest.mark.parametrize("name", sorted({*names()} - WITHOUT_RECORDS_OF_STATES.keys()))
def test_every_state_is_reached_and_left_unless_it_is_final(name: str) -> None:
    told = parse(table(name))
    of_kinds = {state for kind in told.kinds for state in kind.all_states()}
    for kind in told.kinds:
        reached, left = (_ends(kind, told.edges, which) for which in ("after", "before"))
        assert kind.all_states() - reached <= {kind.beginning} | kind.lapses
        assert kind.all_states() - left == kind.final, "a state without a way out is final"
    elsewhere = {state for edge in told.edges for state in (edge.before, edge.after)} - of_kinds
    assert elsewhere <= OUTSIDE_THE_RECORDS.get(name, set()) | {ANY, UNCHANGED}


def _ends(kind: Kind, edges: Iterable[Edge], which: str) -> set[str]:
    """Of the transitions that change the state of such a thing."""
    inside = kind.all_states()
    return {getattr(each, which) for each in edges if each.before != each.after and {each.before, each.after} <= inside}


def _views_of_states(name: str) -> set[str]:
    """Those that answer for an id a record with a state in it."""
    views = [each for each in load(name).interface.functions if each.mutability == "view" and len(each.outputs) == 1]
    return {
        each.name
        for each in views
        if each.inputs
        and not each.outputs[0].is_array
        and "state" in {part.name for part in each.outputs[0].components}
    }
