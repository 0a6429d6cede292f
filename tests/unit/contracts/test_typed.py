"""The generated bindings: a program writes `escrow.release(id, amount)` and reads typed answers."""

import re
import subprocess
import sys
from pathlib import Path

import boa
import pytest
from eth_utils.address import to_checksum_address

from contracts import CallRefused, WrongArgument, WrongCode, compile_file, load, names, typed
from contracts.deals import DealState, held_in, last_deadline_of, state_of
from contracts.library import SOURCES
from contracts.typed import Escrow, Mandate, Validators
from contracts.typed.mandate import Terms
from contracts.typed.splitter import Leg
from scripts.generation.getters import KEYS, functions_of
from scripts.generation.interfaces import path_of
from tests.contracts.bare_chain import BareChain
from tests.contracts.placed import Placed, hostile_token, now

ROOT = Path(__file__).parents[3]
PAYER, PAYEE = b"\xa1" * 20, b"\xb1" * 20


@pytest.fixture
def escrow() -> Escrow:
    address = b"\xe5" * 20
    boa.env.deploy_code(bytecode=load("escrow").init_code(), override_address=to_checksum_address(address))
    return Escrow(BareChain(PAYER), address)


def test_a_deal_from_opening_to_release_by_name(escrow: Escrow) -> None:
    token = hostile_token(b"\xe6" * 20)
    token.do("mint", PAYER, 500)
    id = escrow.open(PAYEE, bytes(20), token.address, 500, now() + 100, b"\1" * 32).id
    escrow.fund(id)
    released = escrow.release(id, 200).event("Released")
    assert (released["payee"], released["value"], released["held_after"]) == (PAYEE, 200, 300)
    deal = escrow.deal(id)
    assert (deal.payer, deal.funded, deal.paid) == (PAYER, 500, 200)
    assert held_in(deal) == escrow.held(id) == 300
    assert last_deadline_of(deal) == escrow.last_deadline(id) == deal.deadline
    assert state_of(deal) is DealState.FUNDED


def test_a_refusal_has_the_contracts_words(escrow: Escrow) -> None:
    with pytest.raises(CallRefused, match="escrow: not open") as refused:
        escrow.fund(b"\7" * 32)
    assert refused.value.data


def test_an_address_without_code_is_no_contract() -> None:
    nobody = Escrow(BareChain(PAYER), PAYEE)
    for ask in (lambda: nobody.fund(b"\7" * 32), lambda: nobody.held(b"\7" * 32)):
        with pytest.raises(WrongCode, match=r"the code at 0xb1.* is not escrow: there is none"):
            ask()


def test_lists_and_flags_are_typed() -> None:
    address, members = b"\xe7" * 20, [b"\1" * 20, b"\2" * 20]
    boa.env.deploy_code(bytecode=load("validators").init_code(members), override_address=to_checksum_address(address))
    validators = Validators(BareChain(PAYER), address)
    assert validators.getValidators() == tuple(members)
    assert validators.isValidator(members[0]) is True


def test_a_record_is_given_as_it_is_answered() -> None:
    market = Placed(load("mandate"), b"\xe8" * 20)
    mandate = Mandate(BareChain(PAYER), market.address)
    terms = Terms(
        payee=PAYEE,
        token=hostile_token(b"\xe9" * 20).address,
        cap=5,
        window_seconds=100,
        once=True,
        total=50,
        starts=now(),
        expires=now() + 1_000,
        hold_seconds=0,
        terms_hash=b"\3" * 32,
    )
    granted = mandate.mandate_of(mandate.grant(terms).id)
    assert granted.terms == terms, "a record within a record is one too"
    assert granted.payer == PAYER


def test_a_record_of_another_shape_is_refused_by_name() -> None:
    with pytest.raises(WrongArgument, match="must have exactly the fields payee, token, cap"):
        load("mandate").encode_call("grant", Leg(payee=PAYEE, amount=1, basis_points=0))


@pytest.mark.parametrize("name", names())
def test_every_argument_has_a_name_of_its_own(name: str) -> None:
    for function in functions_of(load(name)):
        inputs = [parameter.name for parameter in function.inputs]
        assert len(set(inputs)) == len(inputs)
        assert not [each for each in inputs if re.fullmatch(r"arg[0-9]+|", each)], function.signature


def test_only_getters_are_named_in_their_table() -> None:
    everything = [function for name in names() for function in load(name).interface.functions]
    assert KEYS.keys() == {each.signature for each in everything if each.inputs and each.inputs[0].name == "arg0"}


def test_every_contract_has_a_binding_and_the_files_are_current() -> None:
    assert {getattr(typed, name).NAME for name in typed.__all__} == set(names())
    check = subprocess.run(
        [sys.executable, "scripts/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stdout + check.stderr


@pytest.mark.parametrize("name", names())
def test_every_contract_has_an_interface_of_all_its_functions(name: str, tmp_path: Path) -> None:
    """A contract of somebody else's imports it and says that it has the same functions."""
    artifact = load(name)
    path = path_of(artifact, SOURCES / "interfaces")
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    package, _, interface = module.rpartition(".")
    caller = tmp_path / "caller.vy"
    caller.write_text(f"from {package} import {interface}\n\nplace: public({interface})\n")
    compile_file(caller)
    declared = re.findall(r"^def (\w+)\(", path.read_text(), re.MULTILINE)
    assert sorted(set(declared)) == sorted({function.name for function in artifact.interface.functions})
    assert "arg0" not in path.read_text()
