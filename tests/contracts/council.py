"""A council of validators under test: members by number, blocks that pass, decisions by as many as are needed."""

import boa

from contracts import load
from tests.contracts.placed import Outcome, Placed
from tests.contracts.tally import Tally

VALIDATORS_AT = b"\xd2" * 20
CANDIDATES = tuple(bytes([0x05 + 0x10 * number]) * 20 for number in range(8))
STRANGER = b"\x77" * 20

ADD, REMOVE, REPLACE, CANCEL = 1, 2, 3, 4
OPEN, DECIDED, WITHDRAWN, LAPSED = 1, 2, 3, 4
BALLOT_SECONDS = 14 * 24 * 60 * 60


def member(number: int) -> bytes:
    """Validators 1, 2, ...; their addresses ascend, and those of the candidates stand among them."""
    return bytes([0x10 * number]) * 20


class Council(Placed):
    """The validators contract with its first members."""

    def __init__(self, count: int, *, tally: Tally | None = None) -> None:
        first = sorted(member(number) for number in range(1, count + 1))
        super().__init__(load("validators"), VALIDATORS_AT, first, tally=tally)

    @property
    def members(self) -> list[bytes]:
        return list(self.read("getValidators"))

    def welcome(self, candidate: bytes) -> bytes:
        self.do("set_candidate", True, sender=candidate)
        return candidate

    def pass_(self, name: str, *arguments: object) -> Outcome:
        """Proposed by the first member, approved by as many others as it takes; the transaction that decided it."""
        members = self.members
        last = self.attempt(name, *arguments, sender=members[0])
        assert last.accepted, last.words
        id = last.result
        for other in members[1 : self.read("quorum")]:
            last = self.attempt("approve", id, sender=other)
            assert last.accepted, last.words
        assert self.read("proposal", id)["state"] == DECIDED
        return last


def pass_blocks(count: int) -> None:
    """One second each."""
    boa.env.time_travel(blocks=count, block_delta=1)


def height() -> int:
    """Of the block that the next transaction is in."""
    return int(boa.env.evm.patch.block_number)
