"""What clients of a network of four feel when validators die: real processes, real signals."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from contracts import ECASH, load
from scripts.network import Client, Network, Payer, RpcError

pytestmark = pytest.mark.e2e

CAPPED_TIMEOUT_S = 5.0
CITIZEN = 5


def wait_until(holds: Callable[[], bool], limit_s: float, what: str) -> float:
    """Seconds until it held. Fails after `limit_s`."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > limit_s:
            pytest.fail(f"{what}: not within {limit_s} s")
        threading.Event().wait(0.02)
    return time.monotonic() - began


def pay(client: Client, payer: Payer, to: bytes) -> float:
    """Seconds from sending a payment to its receipt."""
    data = load("ecash").encode_call("transfer", to, 1)
    began = time.monotonic()
    receipt = client.call("eth_sendRawTransactionSync", payer.sign(ECASH, data), 20_000)
    assert receipt["status"] == "0x1"
    return time.monotonic() - began


def fund(network: Network, *citizens: int) -> None:
    client, bank = network.client(), network.payer(1)
    central_bank, ecash = network.payer(0), load("ecash")
    calls = [(central_bank, ecash.encode_call("set_quota", bank.address, 10**9))]
    calls += [(bank, ecash.encode_call("mint", network.keys[citizen].address, 10**6)) for citizen in citizens]
    for who, data in calls:
        assert client.call("eth_sendRawTransactionSync", who.sign(ECASH, data), 20_000)["status"] == "0x1"


def lose_one(network: Network, index: int, number: signal.Signals, seconds: float) -> None:
    """Payments go on without validator `index`; when it is back it catches up and votes."""
    fund(network, CITIZEN)
    client, payer = network.client(), network.payer(CITIZEN)
    network.signal(index, number)
    ends, slowest = time.monotonic() + seconds, 0.0
    while time.monotonic() < ends:
        slowest = max(slowest, pay(client, payer, network.keys[7].address))
    assert slowest <= CAPPED_TIMEOUT_S, f"a payment took {slowest:.1f} s"
    if number is signal.SIGSTOP:
        network.signal(index, signal.SIGCONT)
    else:
        network.restart(index)
        network.wait_until_listening(index)
    returned = network.client(index)
    wait_until(lambda: returned.block_number() >= client.block_number(), 20, "the returned one has caught up")
    wait_until(lambda: _seals(network, client, payer, index), 30, "the returned one votes")


@pytest.mark.parametrize(("index", "number"), [(1, signal.SIGKILL), (2, signal.SIGSTOP)])
def test_losing_one_of_four_delays_payments_by_one_capped_timeout_at_most(
    own_network: Network, index: int, number: signal.Signals
) -> None:
    lose_one(own_network, index, number, 8.0)


@pytest.mark.long
@pytest.mark.parametrize("index", range(1, 4))
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_losing_any_one_of_four_for_a_minute(own_network: Network, index: int, number: signal.Signals) -> None:
    lose_one(own_network, index, number, 60.0)


def _seals(network: Network, client: Client, payer: Payer, index: int) -> bool:
    pay(client, payer, network.keys[7].address)
    status = network.client(index).call("qbft_status")
    own = next(entry["address"] for entry in status["validators"] if entry["self"])
    return own in client.call("qbft_getCommitCertificate", "latest")["sealers"]


def test_killing_two_stops_the_chain_says_so_and_one_returning_moves_it(own_network: Network) -> None:
    fund(own_network, CITIZEN)
    client, payer = own_network.client(), own_network.payer(CITIZEN)
    for index in (2, 3):
        own_network.signal(index, signal.SIGKILL)
    stuck = payer.sign(ECASH, load("ecash").encode_call("transfer", own_network.keys[7].address, 1))
    transaction_hash = client.call("eth_sendRawTransaction", stuck)
    wait_until(
        lambda: client.call("qbft_status")["step"] == "gathering", 30, "qbft_status says that a quorum is missing"
    )
    sentence = client.call("qbft_status")["sentence"]
    assert "nothing can be decided until more return" in sentence
    assert client.call("eth_getTransactionReceipt", transaction_hash) is None
    own_network.restart(2)
    own_network.wait_until_listening(2)
    wait_until(
        lambda: client.call("eth_getTransactionReceipt", transaction_hash) is not None, 15, "the chain moves again"
    )


@dataclass
class Load:
    """Payments from one citizen as fast as receipts come; `receipts` are the hashes that were answered as final."""

    receipts: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@contextmanager
def steady_load(network: Network, citizen: int) -> Iterator[Load]:
    """Runs in a thread against validator 0 while the block does."""
    load_record, stop = Load(), threading.Event()

    def run() -> None:
        client, payer = network.client(0), network.payer(citizen)
        data = load("ecash").encode_call("transfer", network.keys[7].address, 1)
        while not stop.is_set():
            raw = payer.sign(ECASH, data)
            try:
                load_record.receipts.append(client.call("eth_sendRawTransactionSync", raw, 20_000)["transactionHash"])
            except RpcError as error:
                load_record.failures.append(str(error))
        client.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield load_record
    finally:
        stop.set()
        thread.join()


def pace_with_one_dead(network: Network, seconds: float) -> None:
    """Blocks under load with four and with three of four, and what a lone payment takes meanwhile."""
    fund(network, CITIZEN, CITIZEN + 1)
    client, lone = network.client(0), network.payer(CITIZEN + 1)
    with steady_load(network, CITIZEN):
        usual = _blocks_within(client, seconds)
        network.signal(3, signal.SIGKILL)
        began = client.block_number()
        ends = time.monotonic() + seconds
        slowest = 0.0
        while time.monotonic() < ends:
            slowest = max(slowest, pay(client, lone, network.keys[7].address))
        reduced = client.block_number() - began
    assert reduced >= 0.6 * usual, f"{reduced} blocks in {seconds} s with one dead, {usual} before"
    assert slowest <= 3.0, f"a lone payment took {slowest:.1f} s"


def _blocks_within(client: Client, seconds: float) -> int:
    began = client.block_number()
    threading.Event().wait(seconds)
    return client.block_number() - began


def test_with_one_dead_most_blocks_are_made_and_no_lone_payment_waits_long(own_network: Network) -> None:
    pace_with_one_dead(own_network, 15.0)


@pytest.mark.long
def test_with_one_dead_for_a_minute_most_blocks_are_made(own_network: Network) -> None:
    pace_with_one_dead(own_network, 60.0)


def kill_cycles(network: Network, cycles: int) -> None:
    """kill -9 of a validator under load, again and again: no receipt is lost, nothing is signed twice."""
    fund(network, CITIZEN)
    client = network.client(0)
    with steady_load(network, CITIZEN) as record:
        for cycle in range(cycles):
            index = 1 + cycle % 3
            before = len(record.receipts)
            wait_until(lambda before=before: len(record.receipts) > before + 1, 20, "payments go on")
            network.signal(index, signal.SIGKILL)
            network.restart(index)
            network.wait_until_listening(index)
            returned = network.client(index)
            wait_until(
                lambda returned=returned: returned.block_number() >= client.block_number() - 1, 30, "it catches up"
            )
            returned.close()
    assert record.failures == []
    for index in range(4):
        each = network.client(index)
        wait_until(lambda each=each: each.block_number() >= client.block_number(), 20, "all have the last block")
        found = (each.call("eth_getTransactionReceipt", transaction_hash) for transaction_hash in record.receipts)
        assert all(receipt is not None and receipt["status"] == "0x1" for receipt in found)
        assert each.call("qbft_evidence") == []
        each.close()


def test_kill_cycles_lose_no_receipt_and_sign_nothing_twice(own_network: Network) -> None:
    kill_cycles(own_network, 5)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_hundred_kill_cycles_lose_no_receipt_and_sign_nothing_twice(own_network: Network) -> None:
    kill_cycles(own_network, 100)
