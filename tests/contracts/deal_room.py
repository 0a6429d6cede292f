"""One contract that holds the parties' money, a token that misbehaves on command, and parties with money in it.

What the everyday contracts' tests share: they differ in their rules, hardly in their surroundings.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

import boa
from eth_utils.crypto import keccak
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from contracts import Event, load
from contracts.typed_data import digest, domain_separator, word
from tests.contracts.machine import Machine, picks
from tests.contracts.moods import BURNS_ALL_GAS, HONEST, MOODS, entered, enters_again, refuses, strayed, takes_in
from tests.contracts.placed import NOBODY, Outcome, Placed, hostile_token, now, wait, wait_until
from tests.contracts.tally import Tally

CONTRACT, TOKEN = b"\xb5" * 20, b"\xb6" * 20
STRANGER = b"\xbf" * 20
UNKNOWN = b"\7" * 32
WEALTH = 1_000_000
DAY = 24 * 60 * 60
TEN_YEARS = 10 * 366 * DAY
HASH = b"\3" * 32


class Room:
    """`contract` is placed with whatever its constructor takes; each party begins with WEALTH."""

    def __init__(
        self, name: str, parties: Sequence[bytes], *arguments: object, tally: Tally | None = None, wealth: int = WEALTH
    ) -> None:
        self.token = hostile_token(TOKEN)
        self.contract = Placed(load(name), CONTRACT, *arguments, tally=tally)
        for who in parties:
            self.token.do("mint", who, wealth)

    def do(self, name: str, *arguments: object, sender: bytes = NOBODY) -> Any:
        return self.contract.do(name, *arguments, sender=sender)

    def attempt(self, name: str, *arguments: object, sender: bytes = NOBODY) -> Outcome:
        return self.contract.attempt(name, *arguments, sender=sender)

    def read(self, name: str, *arguments: object) -> Any:
        return self.contract.read(name, *arguments)

    def refused(self, words: str, name: str, *arguments: object, sender: bytes = NOBODY) -> None:
        outcome = self.contract.attempt(name, *arguments, sender=sender)
        assert (outcome.accepted, outcome.words) == (False, words)

    def event(self, logged: str, name: str, *arguments: object, sender: bytes = NOBODY) -> dict[str, Any]:
        """Makes a call; what its only event of that name says."""
        outcome = self.contract.attempt(name, *arguments, sender=sender)
        assert outcome.accepted, outcome.words
        event: Event = outcome.event(logged)
        return dict(event.arguments)

    def gain(self, who: bytes) -> int:
        """What the account has more than it began with."""
        return int(self.token.read("balanceOf", who)) - WEALTH

    def owed(self, who: bytes) -> int:
        return int(self.read("claimable", self.token.address, who))

    def liabilities(self) -> int:
        return int(self.read("liabilities", self.token.address))

    def nothing_reenters(self, name: str, *arguments: object, sender: bytes, entered: Sequence[object]) -> None:
        """While money moves in that call, the token calls `entered` (name and arguments), and is refused."""
        again, *of = entered
        self.token.do("call_back", CONTRACT, self.contract.artifact.encode_call(str(again), *of))
        self.do(name, *arguments, sender=sender)
        assert self.token.read("reentries_tried") >= 1
        assert self.token.read("reentries_done") == 0


def typed_digest(domain: str, type_string: str, *fields: int | bytes) -> bytes:
    """Of a struct whose members each fill one word."""
    struct = keccak(text=type_string) + b"".join(word(field) for field in fields)
    separator = domain_separator(domain, int(boa.env.evm.chain.chain_id), CONTRACT)
    return digest(separator, keccak(struct))


class DealMachine(Machine):
    """Deals of one contract under random histories. A subclass opens them and says what may be done.

    `gains` is what each party is owed beyond what it began with: its balance and its claims must always say so.
    """

    NAME: ClassVar[str]
    RECORD: ClassVar[str]
    """The view that tells of one deal, where there is one."""
    PARTIES: ClassVar[tuple[bytes, ...]]

    @initialize()
    def deploy(self) -> None:
        self.room = Room(self.NAME, self.PARTIES, *self.arguments(), tally=self.tally)
        self.contract, self.token = self.room.contract, self.room.token
        self.known: list[bytes] = []
        self.gains = dict.fromkeys(self.PARTIES, 0)
        self.begin()

    def arguments(self) -> Sequence[object]:
        """Of the constructor."""
        return ()

    def begin(self) -> None:
        """Opens what histories begin with."""

    def record(self, id: bytes) -> Any:
        return self.contract.read(self.RECORD, id)

    def takes_money(self, amount: int) -> bool:
        """Whether so much can be paid in: all of it must arrive."""
        return takes_in(self.token, amount) == amount

    def is_silenced(self) -> bool:
        return bool(self.token.read("mode") == BURNS_ALL_GAS)

    def held(self) -> int:
        return sum(self.contract.read("held", id) for id in self.known)

    def some(self, number: int, *states: int) -> bytes:
        """A deal, mostly in one of the states."""
        fitting = [id for id in self.known if self.record(id)["state"] in states]
        chosen = fitting if fitting and number % 10 else self.known
        return chosen[number % len(chosen)]

    def any_in(self, *states: int) -> bool:
        return any(self.record(id)["state"] in states for id in self.known)

    def creditors(self) -> list[bytes]:
        return [who for who in self.PARTIES if self.room.owed(who)]

    @rule(number=picks)
    @precondition(lambda self: self.creditors())
    def claim(self, number: int) -> None:
        who = self.creditors()[number % len(self.creditors())]
        allowed = not refuses(self.token, who)
        self.attempt(self.contract, allowed, "claim", self.token.address, who, sender=STRANGER)

    @rule(mode=st.sampled_from(MOODS), number=picks)
    def change_mood(self, mode: int, number: int) -> None:
        """And what the token calls while it moves money: whatever anyone may call, of a live deal or a claim."""
        self.token.do("set_mode", mode)
        calls = [*(("exit", id) for id in self.known), *(("claim", TOKEN, who) for who in self.PARTIES)]
        enters_again(self.token, self.contract, *calls[number % len(calls)])

    @rule(number=picks)
    def block(self, number: int) -> None:
        self.token.do("block", self.PARTIES[number % len(self.PARTIES)])

    @invariant()
    def everybody_has_what_is_theirs(self) -> None:
        claims = 0
        for who in self.PARTIES:
            owed = self.room.owed(who)
            assert self.room.gain(who) + owed == self.gains[who] + strayed(self.token, who), f"0x{who.hex()}"
            claims += owed
        held = self.held()
        backing = self.token.read("balanceOf", CONTRACT) - strayed(self.token, CONTRACT)
        assert self.room.liabilities() == held + claims == backing
        assert sum(self.gains.values()) + held == 0
        assert not entered(self.token), "the token entered the contract again"

    def at_the_end(self) -> None:
        self.token.do("set_mode", HONEST)
        last = max((self.contract.read("last_deadline", id) for id in self.known), default=now())
        wait_until(last)
        wait(1)
        for id in self.known:
            if self.contract.read("held", id):
                # By now anyone may end the others too, but not in the midst of this one.
                enters_again(self.token, self.contract, "exit", self.known[-1])
                self.contract.do("exit", id, sender=STRANGER)
            assert self.contract.read("held", id) == 0
        for who in self.creditors():
            self.contract.do("claim", self.token.address, who, sender=STRANGER)
        surplus = strayed(self.token, CONTRACT)
        assert self.room.liabilities() == self.token.read("balanceOf", CONTRACT) - surplus == 0
        assert sum(self.room.gain(who) - strayed(self.token, who) for who in self.PARTIES) == 0
        assert not entered(self.token), "the token entered the contract again"
