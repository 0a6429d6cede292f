"""Where a scenario plays: the same script on a bare virtual machine, on a ledger in this process, on a live node.

A script is a function of a `Town` (contracts/examples/town.py); whatever it does goes through `contracts.chain.Chain`.
Two runs are the same if their events are: in order, address, topics and data. What a contract computes from the block
time is the same only in blocks of the same time, so a recording keeps each transaction's time and the bare machine can
follow those of another run.

    with ledger_place(folder) as place:            # tests/contracts/ledger_network.py, receipts with real gas
        recorded = Recording(place)
        script(Town(recorded, say=lines.append))
        recorded.logs, recorded.transactions
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import boa
from eth_utils.address import to_checksum_address
from web3 import HTTPProvider, Web3

from contracts.addresses import CREATE2_DEPLOYER, DIRECTORY
from contracts.chain import Chain, Log, Receipt
from contracts.errors import CallRefused
from contracts.examples.town import DevelopmentNetwork, Place, Town
from contracts.genesis_suite import genesis_suite
from contracts.reverts import explain_revert
from contracts.typed import Directory
from node.app.genesis_document import CREATE2_DEPLOYER_CODE
from node.app.network_folder import DEVELOPMENT_CHAIN_ID, development_keys, development_validator_key
from node.primitives.keys import PrivateKey
from tests.contracts.ledger_network import BEGINNING, LedgerNetwork, ledger_network

GAS: Final = 16_000_000


@dataclass(frozen=True, slots=True)
class Transaction:
    """One that was made: by whom, what it asked for, when its block was, and what it used."""

    sender: bytes
    to: bytes | None
    data: bytes
    timestamp: int
    gas_used: int


@dataclass
class Recording:
    """A Place that remembers all that happens on it."""

    place: "Timed"
    transactions: list[Transaction] = field(default_factory=list)
    logs: list[Log] = field(default_factory=list)
    clock: list[int] = field(default_factory=list)
    """What the place answered when it was asked the time."""
    attempts: list[int] = field(default_factory=list)
    """When each transaction was tried: what is refused at one time may not be at another."""

    @property
    def chain_id(self) -> int:
        return self.place.chain_id

    def account(self, key: bytes) -> Chain:
        return _RecordingChain(self, self.place.account(key))

    def now(self) -> int:
        self.clock.append(self.place.now())
        return self.clock[-1]

    def advance(self, seconds: int) -> None:
        self.place.advance(seconds)


class Timed(Place, Protocol):
    """A Place that knows when a block was."""

    def timestamp_of(self, receipt: Receipt) -> int:
        """Of the receipt's block, in seconds."""


class _RecordingChain:
    def __init__(self, recording: Recording, chain: Chain) -> None:
        self._recording = recording
        self._chain = chain

    @property
    def account(self) -> bytes:
        return self._chain.account

    def call(self, to: bytes | None, data: bytes) -> bytes:
        return self._chain.call(to, data)

    def code(self, address: bytes) -> bytes:
        return self._chain.code(address)

    def send(self, to: bytes | None, data: bytes) -> Receipt:
        try:
            receipt = self._chain.send(to, data)
        except CallRefused:
            self._recording.attempts.append(self._recording.now())
            raise
        when = self._recording.place.timestamp_of(receipt)
        self._recording.attempts.append(when)
        self._recording.transactions.append(Transaction(self.account, to, data, when, receipt.gas_used))
        self._recording.logs.extend(receipt.logs)
        return receipt


class BarePlace:
    """titanoboa's virtual machine with the development network's genesis suite on it.

    Told to `follow` another run, it has that run's times: of each block, and of each look at the clock. Otherwise a
    second passes for each transaction.
    """

    def __init__(self) -> None:
        boa.env.evm.patch.chain_id = DEVELOPMENT_CHAIN_ID
        boa.env.evm.patch.timestamp = BEGINNING
        boa.env.set_code(to_checksum_address(CREATE2_DEPLOYER), CREATE2_DEPLOYER_CODE)
        accounts = [key.address for key in development_keys()]
        for each in genesis_suite([development_validator_key(0).address], accounts[0], accounts[-1]):
            boa.env.deploy_code(bytecode=each.init_code, override_address=to_checksum_address(each.address))
        self._timestamps: list[int] | None = None
        self._clock: list[int] = []
        self._times: dict[bytes, int] = {}
        self.chain_id = DEVELOPMENT_CHAIN_ID

    def follow(self, other: Recording) -> None:
        """From now on, the times of that run."""
        self._timestamps, self._clock = list(other.attempts), list(other.clock)

    def account(self, key: bytes) -> Chain:
        return _BareAccount(self, bytes(PrivateKey(key).address))

    def now(self) -> int:
        return self._clock.pop(0) if self._timestamps is not None else int(boa.env.timestamp)

    def advance(self, seconds: int) -> None:
        if self._timestamps is None:
            boa.env.evm.patch.timestamp = boa.env.timestamp + seconds

    def timestamp_of(self, receipt: Receipt) -> int:
        return self._times[receipt.transaction_hash]

    def run(self, sender: bytes, to: bytes | None, data: bytes) -> Receipt:
        assert to is not None, "scenarios deploy through the deterministic deployer"
        if self._timestamps is None:
            boa.env.evm.patch.timestamp = boa.env.timestamp + 1
        else:
            assert self._timestamps, "the other run made fewer transactions"
            boa.env.evm.patch.timestamp = self._timestamps.pop(0)
        computation = boa.env.execute_code(
            to_checksum_address(to), sender=to_checksum_address(sender), data=data, gas=GAS
        )
        if computation.is_error:
            raise CallRefused(explain_revert(computation.output), computation.output)
        logs = tuple(
            Log(address, tuple(topic.to_bytes(32, "big") for topic in topics), data)
            for address, topics, data in computation.get_log_entries()
        )
        name = len(self._times).to_bytes(32, "big")
        self._times[name] = int(boa.env.timestamp)
        return Receipt(name, len(self._times), computation.get_gas_used(), None, logs)


class _BareAccount:
    def __init__(self, place: BarePlace, account: bytes) -> None:
        self._place = place
        self.account = account

    def call(self, to: bytes | None, data: bytes) -> bytes:
        assert to is not None, "scripts create nothing but through the deployer"
        computation = boa.env.execute_code(
            to_checksum_address(to), sender=to_checksum_address(self.account), data=data, is_modifying=False
        )
        if computation.is_error:
            raise CallRefused(explain_revert(computation.output), computation.output)
        return bytes(computation.output)

    def code(self, address: bytes) -> bytes:
        return bytes(boa.env.get_code(to_checksum_address(address)))

    def send(self, to: bytes | None, data: bytes) -> Receipt:
        return self._place.run(self.account, to, data)


class LedgerPlace:
    """The ledger in this process: real blocks, receipts and gas."""

    def __init__(self, network: LedgerNetwork) -> None:
        self._network = network

    @property
    def chain_id(self) -> int:
        return self._network.chain_id

    def account(self, key: bytes) -> Chain:
        return self._network.account(key)

    def now(self) -> int:
        return self._network.now()

    def advance(self, seconds: int) -> None:
        self._network.advance(seconds)

    def timestamp_of(self, receipt: Receipt) -> int:
        header = self._network.ledger.header(receipt.block_number)
        assert header is not None
        return int(header.timestamp)


class LivePlace:
    """A development network of real processes, through JSON-RPC."""

    def __init__(self, url: str) -> None:
        self._network = DevelopmentNetwork(url)
        self._web3 = Web3(HTTPProvider(url))

    @property
    def chain_id(self) -> int:
        return self._network.chain_id

    def account(self, key: bytes) -> Chain:
        return self._network.account(key)

    def now(self) -> int:
        return self._network.now()

    def advance(self, seconds: int) -> None:
        self._network.advance(seconds)

    def timestamp_of(self, receipt: Receipt) -> int:
        return int(self._web3.eth.get_block(receipt.block_number)["timestamp"])


@contextmanager
def bare_place() -> Iterator[BarePlace]:
    """titanoboa's machine, left as it was found."""
    patched = {name: getattr(boa.env.evm.patch, name) for name in ("chain_id", "timestamp")}
    with boa.env.anchor():
        try:
            yield BarePlace()
        finally:
            for name, value in patched.items():
                setattr(boa.env.evm.patch, name, value)


@contextmanager
def ledger_place(folder: Path) -> Iterator[LedgerPlace]:
    with ledger_network(folder) as network:
        yield LedgerPlace(network)


def list_custody(town: Town, custodian: bytes) -> None:
    """The central bank lists a contract as custody, beyond freezes, if it is not listed yet."""
    directory = Directory(town.person("central bank").chain, DIRECTORY)
    if not directory.is_custodian(custodian):
        directory.set_custodian(custodian, True)
