"""Signed ecash transfers between accounts of our own, and the money for them."""

from collections.abc import Iterator, Sequence
from typing import Final

from contracts import ECASH, load
from node.primitives.hashing import keccak
from node.primitives.keys import PrivateKey
from node.primitives.types import Address
from scripts.benchmarks.errors import BenchmarkFailed
from scripts.network import Client, Network, Payer, to_hex

TRANSFER_GAS: Final = 100_000
FUNDS: Final = 1_000_000_00
"""Minor units that each payer gets."""
CENTRAL_BANK, BANK = 0, 1


def payer(name: str, index: int, chain_id: int) -> Payer:
    """Nobody else has used its key on this chain: its nonce is 0."""
    return Payer(PrivateKey(keccak(f"jiaozi benchmark {name} {index}".encode())), chain_id)


def payee(name: str, index: int) -> Address:
    """An account that only we pay, so its balance counts our transfers."""
    return Address(keccak(f"jiaozi benchmark payee {name} {index}".encode())[12:])


def transfers(payers: Sequence[Payer], payees: Sequence[bytes], count: int) -> Iterator[str]:
    """`count` raw transfers of one minor unit, the payers taking turns."""
    ecash = load("ecash")
    inputs = [ecash.encode_call("transfer", address, 1) for address in payees]
    for index in range(count):
        yield payers[index % len(payers)].sign(ECASH, inputs[index % len(payers)], gas=TRANSFER_GAS)


def grants(central_bank: Payer, bank: Payer, holders: Sequence[bytes]) -> Iterator[str]:
    """Raw transactions that give each holder FUNDS."""
    ecash = load("ecash")
    quota = FUNDS * len(holders)
    yield central_bank.sign(ECASH, ecash.encode_call("set_quota", bank.address, quota))
    for holder in holders:
        yield bank.sign(ECASH, ecash.encode_call("mint", holder, FUNDS))


def fund(network: Network, holders: Sequence[bytes]) -> None:
    """On a network whose banks have done nothing yet. Returns when it is final on the first validator."""
    client = network.client()
    raws = list(grants(network.payer(CENTRAL_BANK), network.payer(BANK), holders))
    client.call("eth_sendRawTransactionSync", raws[0], 20_000)
    for raw in raws[1:-1]:
        client.call("eth_sendRawTransaction", raw)
    client.call("eth_sendRawTransactionSync", raws[-1], 60_000)
    if any(amount != FUNDS for amount in balances(client, holders)):
        raise BenchmarkFailed("the payers did not get their money")
    client.close()


def balances(client: Client, holders: Sequence[bytes]) -> list[int]:
    ecash = load("ecash")
    return [int(client.read(ecash, ECASH, "balanceOf", holder)) for holder in holders]


def hashes(raws: Sequence[str]) -> list[str]:
    return [to_hex(keccak(bytes.fromhex(raw[2:]))) for raw in raws]
