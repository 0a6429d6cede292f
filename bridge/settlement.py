"""What settles on the chain, and its totals.

Settled are payments that carry a reference, and what escrow books for payees, by release, by ruling or by agreement
(a payee whose transfer the token refuses gets it as a claim, and what it assigned goes to others in its stead; the
booking is the same). All functions are pure; amounts are minor
units of the token that a total names.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from contracts import Event

PAYMENT_EVENT: Final = "TransferWithMemo"
PAYOUT_FIELDS: Final[Mapping[str, str]] = {"Released": "value", "Ruled": "to_payee", "Settled": "to_payee"}


@dataclass(frozen=True, slots=True)
class Payment:
    reference: bytes
    receiver: bytes
    minor: int


@dataclass(frozen=True, slots=True)
class Payout:
    deal_id: bytes
    minor: int


@dataclass(frozen=True, slots=True)
class Total:
    count: int = 0
    minor: int = 0

    def plus(self, minor: int) -> "Total":
        return Total(self.count + 1, self.minor + minor)


@dataclass(frozen=True, slots=True)
class Totals:
    payments: Total = Total()
    by_receiver: Mapping[bytes, Total] = field(default_factory=dict)
    by_deal: Mapping[bytes, Total] = field(default_factory=dict)


def settled(event: Event) -> Payment | Payout | None:
    """What an event of the e-cash or of escrow settles; None if it settles nothing."""
    given = event.arguments
    if event.name == PAYMENT_EVENT:
        reference, receiver, minor = given["memo"], given["receiver"], given["value"]
        assert isinstance(reference, bytes) and isinstance(receiver, bytes) and isinstance(minor, int)
        return Payment(reference, receiver, minor)
    if event.name in PAYOUT_FIELDS:
        deal_id, minor = given["id"], given[PAYOUT_FIELDS[event.name]]
        assert isinstance(deal_id, bytes) and isinstance(minor, int)
        return Payout(deal_id, minor)
    return None


def add(totals: Totals, item: Payment | Payout) -> Totals:
    if isinstance(item, Payment):
        receivers = _counted(totals.by_receiver, item.receiver, item.minor)
        return replace(totals, payments=totals.payments.plus(item.minor), by_receiver=receivers)
    return replace(totals, by_deal=_counted(totals.by_deal, item.deal_id, item.minor))


def total(items: Iterable[Payment | Payout]) -> Totals:
    totals = Totals()
    for item in items:
        totals = add(totals, item)
    return totals


def by_token(by_deal: Mapping[bytes, Total], tokens: Mapping[bytes, bytes]) -> dict[bytes, Total]:
    """Payouts of deals, brought together by the token that each deal is in."""
    totals: dict[bytes, Total] = {}
    for deal_id, of_deal in by_deal.items():
        former = totals.get(tokens[deal_id], Total())  # a token's first deal
        totals[tokens[deal_id]] = Total(former.count + of_deal.count, former.minor + of_deal.minor)
    return totals


def _counted(totals: Mapping[bytes, Total], key: bytes, minor: int) -> dict[bytes, Total]:
    return {**totals, key: totals.get(key, Total()).plus(minor)}  # a key's first event
