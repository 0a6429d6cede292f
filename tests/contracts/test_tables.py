"""Each contract's table of states, parties and refusals says what its source says."""

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import boa
import pytest
from eth_utils.address import to_checksum_address

import contracts
from contracts import ECASH, genesis_suite, load, names, parse_arguments
from scripts.generation.pages import RELATIONS, states
from tests.contracts.placed import hostile_token

TABLES = Path(contracts.__file__).parent / "tables"
PAGES = Path(contracts.__file__).parents[1] / "docs" / "contracts"
REFUSAL = re.compile(r'(?:assert [^#]*?|raise |, )"([a-z0-9_]+: [^"]+)"', re.DOTALL)
EXPLAINED = re.compile(r"^\| ([a-z0-9_]+: [^|]+) \| [^|]*\w[^|]* \|$", re.MULTILINE)
OF_THE_CLAIM_LEDGER = {"claim"}
"""The same everywhere: a table may leave it out."""
BEGINNINGS = {"none", "unknown", "no order", "any"}


def table(name: str) -> dict[str, Any]:
    return tomllib.loads((TABLES / f"{name}.toml").read_text())


@pytest.mark.parametrize("name", names())
def test_every_contract_has_a_table(name: str) -> None:
    read = table(name)
    assert read["purpose"].strip()
    assert read["parties"] and read["disappears"] and read["transitions"]
    assert set(read) <= {"purpose", "parties", "transitions", "disappears", "refusals", "example"}


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
