"""Contracts under test, deployed afresh for each test where the genesis puts them.

titanoboa undoes everything a test did when it ends.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import boa
import pytest
from eth_utils.address import to_checksum_address

import contracts
from contracts import REASONS, Refusal, decode_refusal, explain_revert
from contracts.addresses import DIRECTORY, ECASH, ESCROW

SOURCES = Path(contracts.__file__).parent
HERE = Path(__file__).parent


class Parties(NamedTuple):
    central_bank: str
    bank: str
    second_bank: str
    alice: str
    bob: str
    carol: str
    arbiter: str
    pauser: str
    freezer: str
    stranger: str


@pytest.fixture(scope="session")
def parties() -> Parties:
    return Parties(*(to_checksum_address((0xA0 + number).to_bytes(20, "big")) for number in range(10)))


@pytest.fixture(scope="session")
def ecash_source() -> Any:
    return boa.load_partial(str(SOURCES / "ecash.vy"))


@pytest.fixture(scope="session")
def escrow_source() -> Any:
    return boa.load_partial(str(SOURCES / "escrow.vy"))


@pytest.fixture(scope="session")
def hostile_source() -> Any:
    return boa.load_partial(str(HERE / "hostile_token.vy"))


@pytest.fixture(scope="session")
def directory_source() -> Any:
    return boa.load_partial(str(SOURCES / "directory.vy"))


@pytest.fixture
def directory(directory_source: Any, parties: Parties) -> Any:
    """Lists the escrow as custody."""
    return directory_source.deploy(
        parties.central_bank, [to_checksum_address(ESCROW)], [], [], override_address=to_checksum_address(DIRECTORY)
    )


@pytest.fixture
def ecash(ecash_source: Any, directory: Any, parties: Parties) -> Any:
    """The currency without a policy, its roles given out and two banks licensed for 1,000.00 each."""
    return new_ecash(ecash_source, parties)


@pytest.fixture
def escrow(escrow_source: Any) -> Any:
    return escrow_source.deploy(override_address=to_checksum_address(ESCROW))


@pytest.fixture
def hostile(hostile_source: Any) -> Any:
    # At an address where nothing else ever stands: titanoboa remembers what undone deployments stored.
    return hostile_source.deploy(override_address=to_checksum_address(b"\xd1" * 20))


@pytest.fixture(scope="session")
def logged() -> Callable[[Any, str], list[tuple[Any, ...]]]:
    """The events of that name that a contract's last call logged, as tuples in the order of the declaration."""

    def of(contract: Any, name: str) -> list[tuple[Any, ...]]:
        # titanoboa puts the emitting contract first.
        return [tuple(log)[1:] for log in contract.get_logs() if type(log).__name__ == name]

    return of


@contextmanager
def refused(words: str, *, rule: int = 0, version: int = 0) -> Iterator[None]:
    """A payment is refused for that reason, by its three numbers."""
    with pytest.raises(boa.BoaError) as caught:
        yield
    (reason,) = [reason for reason in REASONS.values() if reason.words == words]
    output = caught.value.call_trace.computation.output
    assert decode_refusal(output) == Refusal(reason.code, rule, version), explain_revert(output)


def new_ecash(source: Any, parties: Parties) -> Any:
    token = source.deploy(
        "Jiaozi",
        "JZ",
        2,
        parties.central_bank,
        to_checksum_address(DIRECTORY),
        to_checksum_address(bytes(20)),
        override_address=to_checksum_address(ECASH),
    )
    token.set_pauser(parties.pauser, True, sender=parties.central_bank)
    token.set_freezer(parties.freezer, True, sender=parties.central_bank)
    for bank in (parties.bank, parties.second_bank):
        token.set_quota(bank, 1_000_00, sender=parties.central_bank)
    return token
