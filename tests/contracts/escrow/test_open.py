"""Opening a deal."""

from typing import Any

import boa
import pytest
from eth_utils.address import to_checksum_address

from contracts.bindings import deal_id
from contracts.deals import DealState

ZERO = "0x" + "00" * 20
TERMS = b"terms".ljust(32, b"\0")
TEN_YEARS = 10 * 366 * 24 * 60 * 60


def raw(address: str) -> bytes:
    return bytes.fromhex(address[2:])


def test_an_opened_deal_is_recorded_and_logged(escrow: Any, ecash: Any, parties: Any, logged: Any) -> None:
    deadline = boa.env.timestamp + 10
    id = escrow.open(parties.bob, parties.arbiter, ecash.address, 5, deadline, TERMS, sender=parties.alice)
    opened = (id, parties.alice, parties.bob, parties.arbiter, ecash.address, 5, deadline, TERMS)
    assert logged(escrow, "Opened") == [opened]
    assert tuple(escrow.deal(id)) == (
        parties.alice,
        parties.bob,
        parties.arbiter,
        ecash.address,
        5,
        deadline,
        0,
        0,
        0,
        TERMS,
        0,
        0,
        0,
        0,
        DealState.OPEN,
    )
    assert escrow.last_deadline(id) == deadline


def test_ids_come_from_chain_contract_creator_and_nonce(escrow: Any, ecash: Any, parties: Any) -> None:
    chain_id = boa.env.evm.chain.chain_id
    for nonce in range(2):
        foretold = escrow.next_id(parties.alice)
        id = escrow.open(parties.bob, ZERO, ecash.address, 5, boa.env.timestamp + 10, TERMS, sender=parties.alice)
        assert id == foretold == deal_id(chain_id, raw(parties.alice), nonce, escrow=raw(escrow.address))
    assert escrow.nonces(parties.alice) == 2
    assert deal_id(chain_id, raw(parties.alice), 0) == deal_id(
        chain_id, raw(parties.alice), 0, escrow=raw(escrow.address)
    )


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"payee": ZERO}, "escrow: not a payee"),
        ({"payee": "alice"}, "escrow: not a payee"),
        ({"payee": "escrow"}, "escrow: not a payee"),
        ({"payee": "ecash"}, "escrow: not a payee"),
        ({"arbiter": "alice"}, "escrow: arbiter is a party"),
        ({"arbiter": "bob"}, "escrow: arbiter is a party"),
        ({"token": "carol"}, "escrow: not a token"),
        ({"token": "escrow"}, "escrow: not a token"),
        ({"amount": 0}, "escrow: no amount"),
        ({"term": 0}, "deadlines: has passed already"),
        ({"term": -1}, "deadlines: has passed already"),
        ({"term": TEN_YEARS + 1}, "deadlines: too far ahead"),
    ],
)
def test_bad_deals_are_refused(escrow: Any, ecash: Any, parties: Any, change: dict[str, Any], refusal: str) -> None:
    names = {**parties._asdict(), "escrow": escrow.address, "ecash": ecash.address}
    deal = {"payee": "bob", "arbiter": "arbiter", "token": "ecash", "amount": 5, "term": TEN_YEARS, **change}
    payee, arbiter, token = (names.get(deal[field], deal[field]) for field in ("payee", "arbiter", "token"))
    deadline = boa.env.timestamp + deal["term"]
    with boa.reverts(refusal):
        escrow.open(payee, arbiter, token, deal["amount"], deadline, TERMS, sender=parties.alice)


def test_the_longest_term_is_accepted(escrow: Any, ecash: Any, parties: Any) -> None:
    deadline = boa.env.timestamp + TEN_YEARS
    escrow.open(parties.bob, parties.arbiter, ecash.address, 5, deadline, TERMS, sender=parties.alice)


def test_an_unknown_deal_is_empty_and_does_nothing(escrow: Any, parties: Any) -> None:
    unknown = b"\7" * 32
    assert escrow.deal(unknown)[0] == to_checksum_address(ZERO)
    assert (escrow.held(unknown), escrow.last_deadline(unknown)) == (0, 0)
    for call, arguments, refusal in (
        (escrow.fund, (), "escrow: not open"),
        (escrow.release, (1,), "escrow: holds nothing"),
        (escrow.refund, (), "escrow: holds nothing"),
        (escrow.dispute, (), "escrow: not funded"),
        (escrow.rule, (0,), "escrow: not disputed"),
        (escrow.exit, (), "escrow: nothing to exit"),
    ):
        with boa.reverts(refusal):
            call(unknown, *arguments, sender=parties.alice)
