"""What a typed binding needs of a network: a view answered, a transaction made final. One Protocol, any chain.

`contracts.web3_chain.Web3Chain` is the one for JSON-RPC; tests have one on a bare virtual machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar, get_type_hints

from contracts.abi import Event
from contracts.artifact import Artifact
from contracts.errors import UnknownEvent, WrongCode
from contracts.library import load


@dataclass(frozen=True, slots=True)
class Log:
    address: bytes
    topics: tuple[bytes, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """Of a transaction that succeeded. `contract_address` is set where it deployed one."""

    transaction_hash: bytes
    block_number: int
    gas_used: int
    contract_address: bytes | None
    logs: tuple[Log, ...]


class Chain(Protocol):
    """A network, and the account that acts on it."""

    @property
    def account(self) -> bytes:
        """Who sends; 20 bytes."""

    def call(self, to: bytes | None, data: bytes) -> bytes:
        """What a view answers at the head; `to` None runs creation code and keeps nothing. Raises CallRefused."""

    def send(self, to: bytes | None, data: bytes) -> Receipt:
        """A transaction, until it is final; `to` None deploys. Raises CallRefused, with the chain as it was, and
        NotFinalYet where it was sent but the network has not decided it in time."""

    def code(self, address: bytes) -> bytes:
        """The code at an address; empty for none."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A transaction that succeeded, and the events of the contract it was sent to, in order."""

    receipt: Receipt
    events: tuple[Event, ...]

    def event(self, name: str) -> Event:
        """The first event of that name. Raises UnknownEvent."""
        for event in self.events:
            if event.name == name:
                return event
        raise UnknownEvent("the receipt", name, [event.name for event in self.events])

    def number(self, event: str, argument: str) -> int:
        """A number that an event tells, such as the one of a bid. Raises UnknownEvent."""
        found = self.event(event)[argument]
        assert isinstance(found, int)
        return found

    def word(self, event: str, argument: str) -> bytes:
        """An id or an address that an event tells. Raises UnknownEvent."""
        found = self.event(event)[argument]
        assert isinstance(found, bytes)
        return found

    @property
    def id(self) -> bytes:
        """What the first event with an `id` is about: the deal that a call opened."""
        for event in self.events:
            found = event.arguments.get("id")
            if isinstance(found, bytes):
                return found
        raise UnknownEvent("the receipt", "with an id", [event.name for event in self.events])


class Bound:
    """A contract of the suite at an address of a chain; the generated classes of `contracts.typed` derive from it."""

    NAME = ""

    def __init__(self, chain: Chain, address: bytes) -> None:
        self.chain = chain
        self.address = address
        self._stands = False

    @property
    def artifact(self) -> Artifact:
        """What the contract was compiled to."""
        return load(self.NAME)

    def events_of(self, receipt: Receipt) -> tuple[Event, ...]:
        """This contract's events in a receipt, whoever was called."""
        mine = [log for log in receipt.logs if log.address == self.address]
        found = [self.artifact.decode_log(log.topics, log.data) for log in mine]
        return tuple(event for event in found if event is not None)

    def _check_stands(self) -> None:
        """Once: a call of an address without code would succeed and do nothing. Raises WrongCode."""
        if not self._stands and not self.chain.code(self.address):
            raise WrongCode(self.NAME, self.address, "there is none")
        self._stands = True

    def _read(self, function: str, arguments: Sequence[object]) -> object:
        data = self.artifact.encode_call(function, *arguments)
        self._check_stands()
        answer = self.chain.call(self.address, data)
        return self.artifact.function(function, len(arguments)).decode_result(answer)

    def _send(self, function: str, arguments: Sequence[object]) -> Sent:
        data = self.artifact.encode_call(function, *arguments)
        self._check_stands()
        receipt = self.chain.send(self.address, data)
        return Sent(receipt, self.events_of(receipt))


R = TypeVar("R")


def record(kind: type[R], value: object) -> R:
    """What was decoded, as a generated record; records within it too."""
    assert isinstance(value, dict)
    hints = get_type_hints(kind)
    return kind(**{name: record(hints[name], each) if isinstance(each, dict) else each for name, each in value.items()})


def given(*arguments: object | None) -> tuple[object, ...]:
    """The arguments of an overloaded function up to the first that was left out."""
    found: list[object] = []
    for argument in arguments:
        if argument is None:
            break
        found.append(argument)
    return tuple(found)
