"""Senders whose transaction took longer than the builder allows, and when it is their turn again.

Two things can have happened. A transaction did not end in its share of a block: it may well end with the whole budget
to itself, and gets that at the head of one of the next blocks, one such turn a block, first come first served. Or it
had the whole budget and did not end: then it waits a number of blocks that doubles each time, and stands behind all
others afterwards. So a transaction that no block of ours can hold costs a budget now and then, and is not lost.

Only the sender's transactions from that nonce on are held back. Every count is in blocks; nothing here reads a clock.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from node.pool.model import Overtime
from node.primitives.types import Address

FIRST_PAUSE: Final = 2
LONGEST_PAUSE: Final = 2**16


@dataclass(frozen=True, slots=True)
class Slow:
    """`nonce` took too long. `pause` is 0 until the whole budget was not enough; blocks before `until` do without."""

    nonce: int
    reason: str
    pause: int = 0
    until: int = 0


class SlowSenders:
    __slots__ = ("_blocks", "_paused", "_turns")

    def __init__(self) -> None:
        self._blocks = 0
        self._turns: dict[Address, Slow] = {}
        self._paused: dict[Address, Slow] = {}

    def __iter__(self) -> Iterator[Address]:
        """Those who pause or did so, oldest first."""
        return iter(self._paused)

    @property
    def turns(self) -> Iterator[tuple[Address, int]]:
        """Who waits for a whole budget, and with which nonce, in the order of their turns."""
        return ((sender, slow.nonce) for sender, slow in self._turns.items())

    @property
    def behind(self) -> frozenset[Address]:
        """Who stands behind all others."""
        return frozenset(self._paused)

    def upon_block(self) -> None:
        self._blocks += 1

    def upon_report(self, sender: Address, nonce: int, overtime: Overtime | None, reason: str) -> None:
        """What the builder says of a transaction that is not in its block. Any answer ends a turn but a mere share:
        then other transactions of the sender's came first."""
        if overtime is Overtime.SHARE:
            standing = self._turns.get(sender)
            if standing is None or nonce < standing.nonce:
                self._turns[sender] = Slow(nonce, reason)
            return
        if self.turn_of(sender) == nonce:
            del self._turns[sender]
        if overtime is Overtime.WHOLE:
            before = self._paused.pop(sender, None)
            pause = min(2 * before.pause, LONGEST_PAUSE) if before is not None else FIRST_PAUSE
            self._paused[sender] = Slow(nonce, reason, pause, self._blocks + pause)

    def upon_account(self, sender: Address, nonce: int) -> None:
        """The sender's account has this nonce: what took too long may be behind it."""
        for entries in (self._turns, self._paused):
            slow = entries.get(sender)
            if slow is not None and slow.nonce < nonce:
                del entries[sender]

    def upon_replaced(self, sender: Address, nonce: int) -> None:
        """Another transaction has this nonce now. It need not wait, but it still stands behind all others."""
        if self.turn_of(sender) == nonce:
            del self._turns[sender]
        slow = self._paused.get(sender)
        if slow is not None and slow.nonce == nonce:
            self._paused[sender] = replace(slow, until=self._blocks)

    def forget(self, sender: Address) -> None:
        self._turns.pop(sender, None)
        self._paused.pop(sender, None)

    def turn_of(self, sender: Address) -> int | None:
        """The nonce for which `sender` waits for a whole budget."""
        slow = self._turns.get(sender)
        return None if slow is None else slow.nonce

    def held_from(self, sender: Address) -> int | None:
        """The first nonce that no block should hold now; None if nothing is held back."""
        slow = self._paused.get(sender)
        return slow.nonce if slow is not None and self._blocks < slow.until else None

    def waits(self) -> Mapping[Address, "Wait"]:
        """Why senders' transactions wait, where that is because something took too long."""
        paused = {
            sender: Wait(slow.nonce, slow.reason, self._end_of_pause(slow)) for sender, slow in self._paused.items()
        }
        return paused | {
            sender: Wait(slow.nonce, slow.reason, f"turn {turn} to have a block's whole budget")
            for turn, (sender, slow) in enumerate(self._turns.items(), start=1)
        }

    def _end_of_pause(self, slow: Slow) -> str:
        if self._blocks < slow.until:
            return f"tried again after {slow.until - self._blocks} more blocks"
        return "tried again when all others have been served"


@dataclass(frozen=True, slots=True)
class Wait:
    """`nonce` took too long, and those behind it wait for it."""

    nonce: int
    why: str
    next_try: str

    def reason(self, sender: Address, nonce: int) -> str | None:
        """Why that one waits; None if it comes before."""
        if nonce < self.nonce:
            return None
        if nonce > self.nonce:
            return f"waits for nonce {self.nonce} of 0x{sender.hex()}, which took too long: {self.why}"
        return f"{self.why}; {self.next_try}"
