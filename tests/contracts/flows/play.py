"""A flow played at a place: who calls what, and every event that came of it.

The rule: a flow plays the same at every place (`stage.py`), event for event. So the actors are the accounts of the
development mnemonic, and contracts beyond the genesis stand where the deterministic deployer puts them.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from contracts import DIRECTORY, ECASH, ESCROW, POLICY, TIMELOCK, Artifact, Event, load
from contracts.chain import Chain, Log
from contracts.deployment import Network, Wanted, deploy
from contracts.errors import CallRefused
from contracts.examples.town import Place
from node.app.network_folder import DEVELOPMENT_CHAIN_ID, development_keys
from node.primitives.keys import PrivateKey
from tests.contracts.signers import Signer


class Actor(IntEnum):
    """By its number among the development accounts."""

    CENTRAL_BANK = 0
    BANK = 1
    BUYER = 3
    SELLER = 4
    SUPPLIER = 5
    FINANCIER = 6
    INSPECTOR = 7
    ARBITER = 8
    FIRST_CHECKER = 9
    SECOND_CHECKER = 10
    TAX_OFFICE = 11
    FREEZER = 12
    STRANGER = 13
    TREASURER = 14
    DIRECTOR = 15

    @property
    def key(self) -> bytes:
        return bytes(_keys()[self].secret)

    @property
    def address(self) -> bytes:
        return bytes(_keys()[self].address)

    def sign(self, digest: bytes) -> bytes:
        return Signer(int.from_bytes(self.key, "big")).sign(digest)


@functools.cache
def _keys() -> tuple[PrivateKey, ...]:
    """Deriving them takes longer than a transaction."""
    return development_keys()


@dataclass(frozen=True)
class Happened:
    """One event: of which contract, in words and as it was logged."""

    contract: str
    event: Event
    log: Log


class Happenings(tuple[Happened, ...]):
    """The events of one call, of all contracts, in order."""

    def event(self, contract: str, name: str) -> Event:
        """The only event of that name of that contract."""
        (found,) = [each.event for each in self if (each.contract, each.event.name) == (contract, name)]
        return found


@dataclass
class Play:
    """A flow's calls at a place, and everything that they logged.

    What it deploys stands at other addresses than what a flow of another title does, as two may play at one place.
    """

    place: Place
    title: str = ""
    addresses: dict[str, bytes] = field(
        default_factory=lambda: {
            "ecash": ECASH,
            "policy": POLICY,
            "escrow": ESCROW,
            "directory": DIRECTORY,
            "timelock": TIMELOCK,
        }
    )
    names: dict[str, str] = field(default_factory=dict)
    """The contract that a label stands for, where several of a kind are told apart."""
    record: list[Happened] = field(default_factory=list)
    chains: dict[Actor, Chain] = field(default_factory=dict)

    def deploy(self, name: str, *arguments: object, label: str = "") -> bytes:
        """The address of a contract that the other calls know by its label, or else by its name."""
        key = label or name
        wanted = Wanted(name, arguments, f"{self.title} {key}".lstrip())
        network = deploy(self._as(Actor.STRANGER), Network(DEVELOPMENT_CHAIN_ID, bytes(32)), [wanted])
        self.addresses[key], self.names[key] = network.address(wanted.key), name
        return self.addresses[key]

    def issue(self, account: bytes, amount: int) -> None:
        """The commercial bank issues e-cash, within a quota that the central bank raises by as much."""
        bank = Actor.BANK.address
        quota = self.read("ecash", "quota", bank)
        self.do("ecash", "set_quota", bank, quota + amount, sender=Actor.CENTRAL_BANK)
        self.do("ecash", "mint", account, amount, sender=Actor.BANK)

    def do(self, contract: str, function: str, *arguments: object, sender: Actor) -> Happenings:
        """A transaction that must be accepted, and all its events."""
        data = self._artifact(contract).encode_call(function, *arguments)
        receipt = self._as(sender).send(self.addresses[contract], data)
        happened = Happenings(self._read_logs(receipt.logs))
        self.record += happened
        return happened

    def refused(self, contract: str, function: str, *arguments: object, sender: Actor) -> str:
        """The words with which a transaction is refused."""
        data = self._artifact(contract).encode_call(function, *arguments)
        try:
            self._as(sender).send(self.addresses[contract], data)
        except CallRefused as error:
            return str(error)
        raise AssertionError(f"{contract}.{function} was not refused")

    def read(self, contract: str, function: str, *arguments: object) -> Any:
        data = self._artifact(contract).encode_call(function, *arguments)
        answer = self._as(Actor.STRANGER).call(self.addresses[contract], data)
        return self._artifact(contract).decode_result(function, answer)

    def advance_to(self, second: int) -> None:
        if (seconds := second - self.place.now()) > 0:
            self.place.advance(seconds)

    def advance_past(self, second: int) -> None:
        """So that the deadline has passed in the next block, and for a view now."""
        self.advance_to(second + 1)

    def events(self, contract: str, name: str) -> list[Event]:
        return [each.event for each in self.record if (each.contract, each.event.name) == (contract, name)]

    def gained(self, *accounts: bytes, since: int = 0) -> int:
        """What came in less what went out, by the currency's events alone; `since` is a place in the record."""
        total = 0
        for each in self.record[since:]:
            if (each.contract, each.event.name) == ("ecash", "Transfer"):
                moved = each.event.arguments
                total += int(moved["value"]) * ((moved["receiver"] in accounts) - (moved["sender"] in accounts))
        return total

    def _as(self, actor: Actor) -> Chain:
        if actor not in self.chains:
            self.chains[actor] = self.place.account(actor.key)
        return self.chains[actor]

    def _artifact(self, contract: str) -> Artifact:
        return load(self.names.get(contract, contract))

    def _read_logs(self, logs: Sequence[Log]) -> list[Happened]:
        names = {address: name for name, address in self.addresses.items()}
        found = []
        for log in logs:
            event = self._artifact(names[log.address]).decode_log(log.topics, log.data)
            assert event is not None, f"{names[log.address]} logged what its ABI does not declare"
            found.append(Happened(names[log.address], event, log))
        return found
