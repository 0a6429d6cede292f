"""What `contracts.mandate_signing` says is signed is what any wallet that knows EIP-712 would sign."""

import boa
import pytest
from eth_account.messages import _hash_eip191_message
from hypothesis import given
from hypothesis import strategies as st

from contracts.mandate_signing import Signing
from contracts.typed.mandate import Terms
from tests.contracts.mandate.setting import PAYEE, PAYER, World, new_world, now, typed

ID, MEMO = b"\7" * 32, b"\x08" * 32


@pytest.fixture(scope="module")
def world() -> World:
    return new_world()


@pytest.fixture(scope="module")
def signing(world: World) -> Signing:
    return Signing(boa.env.evm.chain.chain_id, world.mandate.address)


@given(once=st.booleans(), numbers=st.lists(st.integers(0, 2**256 - 1), min_size=3, max_size=3))
def test_a_grant(world: World, signing: Signing, once: bool, numbers: list[int]) -> None:
    cap, total, nonce = numbers
    terms = Terms(**world.terms(once=once, cap=cap, total=total))
    message = {"payer": PAYER, **world.terms(once=once, cap=cap, total=total), "nonce": nonce, "deadline": now()}
    assert signing.grant(PAYER, terms, nonce, now()) == _hash_eip191_message(typed(world.mandate, "Grant", message))


@given(cap=st.integers(0, 2**256 - 1), nonce=st.integers(0, 2**256 - 1))
def test_a_change_of_the_cap(world: World, signing: Signing, cap: int, nonce: int) -> None:
    message = {"mandate": ID, "cap": cap, "nonce": nonce, "deadline": 9}
    assert signing.change_cap(ID, cap, nonce, 9) == _hash_eip191_message(typed(world.mandate, "ChangeCap", message))


@given(amount=st.integers(0, 2**256 - 1), payment=st.integers(0, 2**256 - 1))
def test_a_devices_payment(world: World, signing: Signing, amount: int, payment: int) -> None:
    message = {"session": ID, "payee": PAYEE, "amount": amount, "memo": MEMO, "payment": payment, "deadline": 9}
    digest = signing.spend(ID, PAYEE, amount, MEMO, payment, 9)
    assert digest == _hash_eip191_message(typed(world.mandate, "Spend", message))
