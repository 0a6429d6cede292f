"""What follows from a deal of the escrow, whose records are those of its binding (`contracts.typed.escrow`).

The rule: amounts in minor units of the deal's token, times in seconds since 1970; what the escrow answered is read
here, and nothing is asked.
"""

from enum import IntEnum
from typing import cast

from contracts.chain import record
from contracts.library import load
from contracts.typed.escrow import Deal, Stage

__all__ = ["Deal", "DealState", "Stage", "decode_deal", "decode_stages", "held_in", "last_deadline_of", "state_of"]


class DealState(IntEnum):
    """What the numbers in `Deal.state` mean."""

    UNKNOWN = 0
    OPEN = 1
    FUNDED = 2
    DISPUTED = 3
    CLOSED = 4


def state_of(deal: Deal) -> DealState:
    """Raises ValueError for a number that is no state."""
    return DealState(deal.state)


def held_in(deal: Deal) -> int:
    """What the deal holds, as the escrow's `held(id)` answers."""
    return deal.funded - deal.paid - deal.refunded


def last_deadline_of(deal: Deal) -> int:
    """The last second before anyone may exit the deal, as the escrow's `last_deadline(id)` answers."""
    if deal.state == DealState.DISPUTED:
        return deal.ruling_deadline
    return max(deal.deadline, deal.answer_deadline)


def decode_deal(data: bytes) -> Deal:
    """What the escrow's `deal(id)` answered. Raises Undecodable."""
    return record(Deal, load("escrow").decode_result("deal", data))


def decode_stages(data: bytes) -> tuple[Stage, ...]:
    """What the escrow's `stages(id)` answered, in order. Raises Undecodable."""
    answered = cast(tuple[object, ...], load("escrow").decode_result("stages", data))
    return tuple(record(Stage, each) for each in answered)
