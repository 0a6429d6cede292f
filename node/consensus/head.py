"""What consensus knows of the chain below it: the last final block, and who decides the next one."""

from bisect import bisect_right
from dataclasses import dataclass

from node.primitives.types import Address, Hash32


@dataclass(frozen=True, slots=True)
class HeadView:
    """`proposer` is the coinbase of the block, None for genesis. `next_validators` are ascending. `settled`: the block
    is empty, so nobody waits for another on top of it."""

    number: int
    hash: Hash32
    proposer: Address | None
    next_validators: tuple[Address, ...]
    settled: bool = True

    @property
    def next_number(self) -> int:
        return self.number + 1


def proposer(round_: int, head: HeadView) -> Address:
    """Whose turn it is in `round_` of the height above `head`.

    One place after the proposer of the block before, plus the round, over the ascending addresses; if that proposer
    is no longer a validator the next higher address has the first turn. After genesis the lowest address has.
    """
    validators = head.next_validators
    first = 0 if head.proposer is None else bisect_right(validators, head.proposer)
    return validators[(first + round_) % len(validators)]
