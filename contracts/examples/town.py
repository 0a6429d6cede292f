"""The people, the clock and the money of the examples, on a development network.

The rule: an example is a function of a Town, so that it runs the same on any network; what it prints is what the
currency's balances say.
"""

import argparse
import functools
import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, Protocol

from coincurve import PrivateKey
from eth_account import Account
from web3 import HTTPProvider, Web3

from contracts.addresses import DIRECTORY, ECASH
from contracts.chain import Chain
from contracts.deployment import Wanted, put
from contracts.errors import BadInput, CallRefused, ContractsError, NetworkUnreachable
from contracts.library import load
from contracts.typed import Directory, ECash
from contracts.typed_data import from_recoverable
from contracts.web3_chain import DEFAULT_RPC, Web3Chain, checked_url

MNEMONIC: Final = "test test test test test test test test test test test junk"
CENTRAL_BANK: Final = 0
BANK: Final = 1
OFFICES: Final = {"central bank": CENTRAL_BANK, "bank": BANK}
FIRST_PERSON: Final = 3
ACCOUNTS: Final = 20
DAY_S: Final = 24 * 60 * 60


class Place(Protocol):
    """A network whose clock may be moved."""

    @property
    def chain_id(self) -> int:
        """What signatures for this network say (EIP-155, EIP-712)."""

    def account(self, key: bytes) -> Chain:
        """The network, as the owner of this private key acts on it."""

    def now(self) -> int:
        """Seconds since 1970, as the next block will have them or a little before."""

    def advance(self, seconds: int) -> None:
        """Moves the clock of all later blocks."""


class DevelopmentNetwork:
    """A Place behind JSON-RPC. Raises NetworkUnreachable where no development network answers."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._web3 = Web3(HTTPProvider(url))
        self._offset_s = -int(time.time())  # none of ours yet; the head's time alone tells

    @property
    def chain_id(self) -> int:
        return Web3Chain(self.url, development_key(CENTRAL_BANK)).chain_id

    def account(self, key: bytes) -> Chain:
        return Web3Chain(self.url, key)

    def now(self) -> int:
        try:
            block = self._web3.eth.get_block("latest")
        except OSError as error:
            raise NetworkUnreachable(self.url, "start one with `jiaozi-node devnet`") from error
        return max(int(block["timestamp"]), int(time.time()) + self._offset_s)

    def advance(self, seconds: int) -> None:
        answer = self._web3.provider.make_request("evm_increaseTime", [seconds])  # type: ignore[arg-type]  # ours
        if "error" in answer:
            raise NetworkUnreachable(self.url, "its clock cannot be moved: it is not a development network")
        self._offset_s = int(answer["result"])


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a key. `chain` is the network as they act on it."""

    name: str
    chain: Chain
    key: bytes

    @property
    def address(self) -> bytes:
        return self.chain.account

    def sign(self, digest: bytes) -> bytes:
        """This person's signature of an EIP-712 digest."""
        return from_recoverable(PrivateKey(self.key).sign_recoverable(digest, hasher=None))


@dataclass
class Town:
    """One telling of a story. `say` gets its lines."""

    place: Place
    say: Callable[[str], None] = print
    people: dict[str, Person] = field(default_factory=dict)
    currencies: dict[str, bytes] = field(default_factory=lambda: {"": ECASH})
    """Whose balances are shown: e-cash, and by its symbol any other that a story brings."""
    _seen: dict[str, int] = field(default_factory=dict)

    def person(self, name: str) -> Person:
        """The same account for the same name, within one example."""
        if name not in self.people:
            strangers = sum(each not in OFFICES for each in self.people)
            index = OFFICES.get(name, FIRST_PERSON + strangers)
            if index >= ACCOUNTS:
                raise ContractsError(f"an example has {ACCOUNTS - FIRST_PERSON} people at most")
            key = development_key(index)
            self.people[name] = Person(name, self.place.account(key), key)
            self._seen |= self._balances([name])
        return self.people[name]

    def ecash(self, person: Person) -> ECash:
        """The currency, as this person uses it."""
        return ECash(person.chain, ECASH)

    def issue(self, person: Person, amount: int) -> None:
        """The commercial bank issues e-cash to somebody, within a quota of its own."""
        bank = self.person("bank")
        if self.ecash(bank).headroom(bank.address) < amount:
            central_bank = self.person("central bank")
            quota = self.ecash(bank).quota(bank.address)
            self.ecash(central_bank).set_quota(bank.address, quota + 1_000 * amount)
        self.ecash(bank).mint(person.address, amount)
        self._seen |= self._balances([person.name])

    def deploy(self, by: Person, name: str, *arguments: object, label: str = "") -> bytes:
        """The address of a contract of the suite with these arguments; deployed where it is not there yet. One that
        holds money of others is listed as custody by the central bank: beyond freezes and seizures only then."""
        address = put(by.chain, Wanted(name, arguments, label)).address
        if load(name).is_custody:
            directory = Directory(self.person("central bank").chain, DIRECTORY)
            if not directory.is_custodian(address):
                directory.set_custodian(address, True)
        return address

    def add_currency(self, symbol: str, token: bytes) -> None:
        """Has `show` tell of another token too."""
        self.currencies[symbol] = token
        self._seen = {**self._balances(self.people), **self._seen}

    def balance(self, address: bytes, token: bytes = ECASH) -> int:
        """In minor units."""
        anybody = next(iter(self.people.values()))
        return ECash(anybody.chain, token).balanceOf(address)

    def now(self) -> int:
        return self.place.now()

    def wait(self, seconds: int, why: str) -> None:
        """Moves the network's clock, and says why."""
        self.place.advance(seconds)
        self.say(f"  ... {duration(seconds)} later: {why}")

    def show(self, what: str) -> dict[str, int]:
        """Says what happened and whose balance it moved since the last time; the changes by name."""
        now = self._balances(self.people)
        moved = {key: balance - self._seen[key] for key, balance in now.items() if balance != self._seen[key]}
        self._seen = now
        self.say(what)
        for name, change in moved.items():
            self.say(f"    {name:26} {'+' if change > 0 else '-'}{money(abs(change))}")
        return moved

    def refused(self, what: str, attempt: Callable[[], object]) -> None:
        """Says what a contract does not allow, and with which words."""
        try:
            attempt()
        except CallRefused as refusal:
            self.say(f"{what} is refused: {refusal}")
        else:
            self.expect(False, f"{what} was not refused")

    def expect(self, truth: bool, words: str) -> None:
        """An example that tells a story that did not happen would be worse than none."""
        if not truth:
            raise ContractsError(f"the example went another way: {words}")

    def _balances(self, names: Iterable[str]) -> dict[str, int]:
        """By name, with the symbol behind it for another currency than e-cash."""
        return {
            f"{name} {symbol}".strip(): self.balance(self.people[name].address, token)
            for symbol, token in self.currencies.items()
            for name in names
        }


def duration(seconds: int) -> str:
    """In the largest unit of which there is at least one, such as "30 days"."""
    for unit, length in (("day", DAY_S), ("hour", 3_600), ("minute", 60), ("second", 1)):
        if seconds >= length:
            count = round(seconds / length)
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "no time"


def money(minor: int) -> str:
    """Minor units of a currency with two decimals, such as 1,234.50."""
    return f"{minor // 100:,}.{minor % 100:02}"


@functools.cache
def development_key(index: int) -> bytes:
    """The private key of development account `index`. Everybody knows it."""
    Account.enable_unaudited_hdwallet_features()
    return bytes(Account.from_mnemonic(MNEMONIC, account_path=f"m/44'/60'/0'/0/{index}").key)


def run(story: Callable[[Town], None], words: str | None) -> None:
    """The command line of an example."""
    parser = argparse.ArgumentParser(description=words, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = os.environ.get("JIAOZI_RPC", DEFAULT_RPC)
    parser.add_argument("--rpc", default=default, help=f"a development network (env JIAOZI_RPC, else {DEFAULT_RPC})")
    arguments = parser.parse_args()
    try:
        story(Town(DevelopmentNetwork(checked_url(arguments.rpc))))
    except ContractsError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2 if isinstance(error, BadInput) else 1)
