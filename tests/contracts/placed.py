"""A contract under test, spoken to in the bytes that a transaction would carry.

Every call is counted, so that a run can say how many there were and how many the contract accepted.
"""

import functools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import boa
from eth_utils.address import to_checksum_address

from contracts import Artifact, Event, compile_file, explain_revert
from tests.contracts.tally import Tally

GAS = 10_000_000
"""Of each call: enough for any honest one, little enough that a token which burns all it gets ends soon."""

NOBODY = b"\x99" * 20


@dataclass(frozen=True)
class Outcome:
    """What a transaction came to. `result` and `events` are empty where it was refused, `words` where it was not."""

    accepted: bool
    result: Any
    words: str
    events: tuple[Event, ...]
    gas: int

    def event(self, name: str) -> Event:
        """The only event of that name."""
        (found,) = [event for event in self.events if event.name == name]
        return found


_known: dict[tuple[bytes, bytes, int], Any] | None = None
"""What views answered since the last transaction, while `remember_reads` holds."""


@contextmanager
def remember_reads() -> Iterator[None]:
    """Within it a view is run once between two transactions: histories read the same things many times over.

    Only where every transaction and deployment goes through `Placed`.
    """
    global _known
    _known = {}
    try:
        yield
    finally:
        _known = None


class Surroundings(Protocol):
    """What a test's world is put into, in place of tokens that misbehave."""

    def token(self, address: bytes) -> "Placed":
        """What stands where the world wants a token."""

    def placed(self, contract: "Placed") -> None:
        """Told of each contract that the world places."""


_surroundings: Surroundings | None = None


@contextmanager
def surrounded_by(surroundings: Surroundings) -> Iterator[None]:
    """Within it `hostile_token` gives what these surroundings have instead, so that one world serves both."""
    global _surroundings
    _surroundings = surroundings
    try:
        yield
    finally:
        _surroundings = None


class Watcher(Protocol):
    """Told of each call by name that is made within `watched_by`."""

    def before(self, contract: "Placed", name: str, arguments: tuple[object, ...]) -> None: ...

    def after(self, contract: "Placed", name: str, arguments: tuple[object, ...], outcome: Outcome) -> None: ...


_watcher: Watcher | None = None


@contextmanager
def watched_by(watcher: Watcher) -> Iterator[None]:
    global _watcher
    _watcher = watcher
    try:
        yield
    finally:
        _watcher = None


class Placed:
    """titanoboa's own contract objects remember undone deployments and, on a refusal, print the storage of whatever
    once stood at their address; this one remembers nothing."""

    def __init__(self, artifact: Artifact, address: bytes, *arguments: object, tally: Tally | None = None) -> None:
        self.artifact = artifact
        self.address = address
        self.tally = tally if tally is not None else Tally()
        # Where titanoboa remembers another test's contract there, it would describe a refusal by that one's variables.
        boa.env._contracts.pop(address, None)
        boa.env.deploy_code(bytecode=artifact.init_code(*arguments), override_address=to_checksum_address(address))
        if _known is not None:
            _known.clear()
        if _surroundings is not None:
            _surroundings.placed(self)

    def attempt(self, name: str, *arguments: object, sender: bytes = NOBODY, gas: int = GAS) -> Outcome:
        """A transaction, which may be refused."""
        if _watcher is not None:
            _watcher.before(self, name, arguments)
        outcome = self.attempt_raw(self.artifact.encode_call(name, *arguments), sender=sender, gas=gas)
        if _watcher is not None:
            _watcher.after(self, name, arguments, outcome)
        result = self.artifact.decode_result(name, outcome.result) if outcome.accepted else None
        return Outcome(outcome.accepted, result, outcome.words, outcome.events, outcome.gas)

    def attempt_raw(self, data: bytes, *, sender: bytes = NOBODY, gas: int = GAS) -> Outcome:
        """A transaction given as its input; `result` is then the bytes that came back."""
        computation = boa.env.execute_code(
            to_checksum_address(self.address), sender=to_checksum_address(sender), data=data, gas=gas
        )
        if _known is not None:
            _known.clear()
        accepted = not computation.is_error
        self.tally.count(accepted=accepted)
        words = "" if accepted else explain_revert(computation.output)
        used = computation.get_gas_used()
        return Outcome(accepted, computation.output, words, self._events(computation) if accepted else (), used)

    def do(self, name: str, *arguments: object, sender: bytes = NOBODY) -> Any:
        """A transaction that must be accepted; what it answered."""
        outcome = self.attempt(name, *arguments, sender=sender)
        assert outcome.accepted, f"{self.artifact.name}.{name}: {outcome.words}"
        return outcome.result

    def read(self, name: str, *arguments: object) -> Any:
        """A view, which must answer."""
        data = self.artifact.encode_call(name, *arguments)
        if _known is None:
            return self._read(name, data)
        key = (self.address, data, now())
        if key not in _known:
            _known[key] = self._read(name, data)
        return _known[key]

    def _read(self, name: str, data: bytes) -> Any:
        computation = boa.env.execute_code(to_checksum_address(self.address), data=data, is_modifying=False)
        assert not computation.is_error, f"{self.artifact.name}.{name}: {explain_revert(computation.output)}"
        return self.artifact.decode_result(name, computation.output)

    def _events(self, computation: Any) -> tuple[Event, ...]:
        """Those of this contract, in order."""
        found = []
        for address, topics, data in computation.get_log_entries():
            if address == self.address:
                event = self.artifact.decode_log([topic.to_bytes(32, "big") for topic in topics], data)
                assert event is not None, f"{self.artifact.name} logged what its ABI does not declare"
                found.append(event)
        return tuple(found)


HOSTILE_MOODS: Mapping[str, int] = {
    "honest": 0,
    "reverts": 1,
    "returns false": 2,
    "takes a fee": 3,
    "returns nothing": 4,
    "returns two": 5,
    "burns all gas": 6,
    "gives too much": 7,
    "keeps it": 8,
    "returns a byte": 9,
}


def hostile_token(address: bytes, *, tally: Tally | None = None) -> Placed:
    """A token that misbehaves on command: `set_mode` with one of HOSTILE_MOODS, `block(who)`, `call_back`."""
    if _surroundings is not None:
        return _surroundings.token(address)
    return Placed(hostile_artifact(), address, tally=tally)


@functools.cache
def hostile_artifact() -> Artifact:
    return compile_file(Path(__file__).parent / "hostile_token.vy")


def now() -> int:
    return int(boa.env.timestamp)


def wait(seconds: int) -> None:
    boa.env.time_travel(seconds=seconds)


def wait_until(second: int) -> None:
    """Moves the clock forward to that second; never back."""
    if second > now():
        wait(second - now())
