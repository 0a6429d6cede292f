"""A deal of 100.00 between alice and bob with an arbiter, in the currency or in a token that misbehaves."""

from typing import Any, NamedTuple

import boa
import pytest

TERM_SECONDS = 1_000
AMOUNT = 100_00
TERMS = b"terms".ljust(32, b"\0")


class OpenedDeal(NamedTuple):
    """The escrow, the token and the id of one deal."""

    escrow: Any
    token: Any
    id: bytes


@pytest.fixture
def opened(escrow: Any, ecash: Any, parties: Any) -> OpenedDeal:
    """Open and payable: alice has the money and has allowed the escrow to take it."""
    ecash.mint(parties.alice, AMOUNT, sender=parties.bank)
    ecash.approve(escrow.address, AMOUNT, sender=parties.alice)
    return OpenedDeal(escrow, ecash, open_deal(escrow, ecash, parties))


@pytest.fixture
def funded(opened: OpenedDeal, parties: Any) -> OpenedDeal:
    opened.escrow.fund(opened.id, sender=parties.alice)
    return opened


@pytest.fixture
def disputed(funded: OpenedDeal, parties: Any) -> OpenedDeal:
    funded.escrow.dispute(funded.id, sender=parties.bob)
    return funded


@pytest.fixture
def hostile_opened(escrow: Any, hostile: Any, parties: Any) -> OpenedDeal:
    hostile.mint(parties.alice, AMOUNT)
    return OpenedDeal(escrow, hostile, open_deal(escrow, hostile, parties))


@pytest.fixture
def hostile_funded(hostile_opened: OpenedDeal, parties: Any) -> OpenedDeal:
    hostile_opened.escrow.fund(hostile_opened.id, sender=parties.alice)
    return hostile_opened


def open_deal(escrow: Any, token: Any, parties: Any) -> bytes:
    deadline = boa.env.timestamp + TERM_SECONDS
    id: bytes = escrow.open(parties.bob, parties.arbiter, token.address, AMOUNT, deadline, TERMS, sender=parties.alice)
    return id
