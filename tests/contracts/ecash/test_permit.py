"""Allowances signed off chain (EIP-2612), checked against eth-account's own EIP-712."""

from typing import Any

import boa
import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_keys.constants import SECPK1_N

from contracts.bindings import permit_message
from tests.contracts.conftest import refused

OWNER = Account.from_key(b"\x01" * 32)
OTHER = Account.from_key(b"\x02" * 32)


def signed(ecash: Any, spender: str, amount: int, *, signer: Any = OWNER, owner: str = "", **changes: Any) -> list[Any]:
    """The arguments of a permit call."""
    fields: dict[str, Any] = {
        "name": "Jiaozi",
        "chain_id": boa.env.evm.chain.chain_id,
        "token": bytes.fromhex(ecash.address[2:]),
        "owner": bytes.fromhex(OWNER.address[2:]),
        "spender": bytes.fromhex(spender[2:]),
        "amount": amount,
        "nonce": 0,
        "deadline": boa.env.timestamp + 60,
        **changes,
    }
    signature = signer.sign_message(encode_typed_data(full_message=permit_message(**fields)))
    r, s = (number.to_bytes(32, "big") for number in (signature.r, signature.s))
    return [owner or OWNER.address, spender, amount, fields["deadline"], signature.v, r, s]


def test_a_signed_permit_sets_the_allowance_and_uses_its_nonce(ecash: Any, parties: Any) -> None:
    ecash.permit(*signed(ecash, parties.bob, 25_00), sender=parties.stranger)
    [log] = ecash.get_logs()
    assert (log.owner, log.spender, log.value) == (OWNER.address, parties.bob, 25_00)
    assert ecash.allowance(OWNER.address, parties.bob) == 25_00
    assert ecash.nonces(OWNER.address) == 1


def test_a_permit_counts_once(ecash: Any, parties: Any) -> None:
    permit = signed(ecash, parties.bob, 25_00)
    ecash.permit(*permit)
    with boa.reverts("ecash: permit not signed by the owner"):
        ecash.permit(*permit)
    ecash.permit(*signed(ecash, parties.bob, 1, nonce=1))
    assert ecash.allowance(OWNER.address, parties.bob) == 1


def test_a_permit_expires_after_its_deadline(ecash: Any, parties: Any) -> None:
    permit = signed(ecash, parties.bob, 1)
    boa.env.time_travel(seconds=60)
    with boa.env.anchor():
        ecash.permit(*permit)
    boa.env.time_travel(seconds=1)
    with boa.reverts("ecash: permit expired"):
        ecash.permit(*permit)


@pytest.mark.parametrize(
    "changes",
    [
        {"signer": OTHER},
        {"owner": OTHER.address},
        {"owner": "0x" + "00" * 20},
        {"nonce": 1},
        {"chain_id": 2},
        {"token": b"\x07" * 20},
        {"name": "Another"},
    ],
    ids=lambda changes: "another-" + next(iter(changes)),
)
def test_a_permit_for_anything_else_is_refused(ecash: Any, parties: Any, changes: dict[str, Any]) -> None:
    with boa.reverts("ecash: permit not signed by the owner"):
        ecash.permit(*signed(ecash, parties.bob, 1, **changes))


def test_a_changed_amount_spender_or_deadline_is_refused(ecash: Any, parties: Any) -> None:
    permit = signed(ecash, parties.bob, 1)
    for index, value in ((1, parties.carol), (2, 2), (3, permit[3] + 1)):
        changed = [*permit[:index], value, *permit[index + 1 :]]
        with boa.reverts("ecash: permit not signed by the owner"):
            ecash.permit(*changed)


def test_only_the_lower_of_the_two_signatures_is_taken(ecash: Any, parties: Any) -> None:
    *fields, v, r, s = signed(ecash, parties.bob, 1)
    higher = (SECPK1_N - int.from_bytes(s, "big")).to_bytes(32, "big")
    with boa.reverts("ecash: permit not signed by the owner"):
        ecash.permit(*fields, 55 - v, r, higher)


def test_a_signature_that_recovers_nobody_does_not_speak_for_nobody(ecash: Any, parties: Any) -> None:
    with boa.reverts("ecash: permit not signed by the owner"):
        ecash.permit("0x" + "00" * 20, parties.bob, 1, boa.env.timestamp, 26, b"\1" * 32, b"\1" * 32)


def test_in_a_pause_a_permit_only_withdraws(ecash: Any, parties: Any) -> None:
    ecash.pause(sender=parties.pauser)
    with refused("payments are paused"):
        ecash.permit(*signed(ecash, parties.bob, 1))
    ecash.permit(*signed(ecash, parties.bob, 0))


def test_the_domain_is_eth_accounts_domain(ecash: Any, parties: Any) -> None:
    message = permit_message(
        name="Jiaozi",
        chain_id=boa.env.evm.chain.chain_id,
        token=bytes.fromhex(ecash.address[2:]),
        owner=b"\1" * 20,
        spender=b"\2" * 20,
        amount=1,
        nonce=0,
        deadline=0,
    )
    # In eth-account's encoding of typed data the header is the domain separator.
    assert ecash.DOMAIN_SEPARATOR() == encode_typed_data(full_message=message).header
    fields, name, version, chain_id, contract, salt, extensions = ecash.eip712Domain()
    assert (fields, name, version, salt, extensions) == (b"\x0f", "Jiaozi", "1", b"\0" * 32, [])
    assert (chain_id, contract) == (boa.env.evm.chain.chain_id, ecash.address)
