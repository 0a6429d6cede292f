"""Good requests, damaged at random: each is answered with JSON-RPC or an HTTP refusal, none with an internal error, and
afterwards tasks, threads, descriptors, filters and the pool are as they were.
"""

import asyncio
import json
import threading
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.unit.node.rpc.in_process import Client
from tests.unit.node.rpc.solo import RICH, deployment, payment

SENDER = "0x" + RICH.address.hex()
HASH = "0x" + "cd" * 32
CALL = {"from": SENDER, "to": SENDER, "gas": "0x5208", "value": "0x1", "data": "0x1234", "maxFeePerGas": "0x0"}

GOOD: tuple[tuple[str, list[object]], ...] = (
    ("eth_chainId", []),
    ("eth_getBlockByNumber", ["latest", True]),
    ("eth_getBalance", [SENDER, {"blockHash": HASH, "requireCanonical": True}]),
    ("eth_getStorageAt", [SENDER, "0x0", "latest"]),
    ("eth_getProof", [SENDER, ["0x0"], "latest"]),
    ("eth_getTransactionCount", [SENDER, "pending"]),
    ("eth_getTransactionByHash", [HASH]),
    ("eth_getTransactionReceipt", [HASH]),
    ("eth_call", [CALL, "latest"]),
    ("eth_estimateGas", [CALL]),
    ("eth_createAccessList", [CALL, "pending"]),
    ("eth_getLogs", [{"fromBlock": "0x0", "toBlock": "latest", "address": [SENDER], "topics": [None, [HASH]]}]),
    ("eth_feeHistory", ["0x4", "latest", [10, 50]]),
    ("eth_sendRawTransaction", ["0x" + payment(chain_id=8).raw.hex()]),
    ("eth_sendRawTransaction", ["0x" + deployment(nonce=10**6).raw.hex()]),
    ("eth_sendRawTransactionSync", ["0x" + payment(chain_id=8).raw.hex(), "0x1"]),
    ("eth_getFilterChanges", ["0x1"]),
    ("eth_uninstallFilter", ["0x1"]),
    ("txpool_contentFrom", [SENDER]),
    ("qbft_getCommitCertificate", ["latest"]),
    ("jiaozi_replayTransaction", [HASH]),
    ("jiaozi_callBefore", [CALL, "latest", "0x0"]),
    ("qbft_getValidatorsByBlockNumber", ["latest"]),
    ("debug_getRawBlock", ["latest"]),
    ("web3_sha3", ["0x68656c6c6f"]),
)

ODD: tuple[object, ...] = (
    None, True, -1, 2**64, 1.5, 1e308, "", "0x", "0x00", "latest", "0x" + "f" * 70, [], {}, [[[]]], {"": None},
    "\u0661",
)  # fmt: skip


def mutate(random: Random) -> bytes:
    """A good request, or a batch of some, with one to three things wrong."""
    document: Any = _good(random) if random.random() < 0.8 else [_good(random) for _ in range(random.randint(1, 4))]
    for _ in range(random.randint(0, 2)):
        document = _replace_somewhere(random, document)
    body = bytearray(json.dumps(document).encode())
    for _ in range(random.choice((0, 0, 1, 3))):
        _damage(random, body)
    return bytes(body)


def run_mutations(client: Client, seed: int, rounds: int) -> None:
    """Raises AssertionError with the seed, the round and the body."""
    random = Random(seed)
    for index in range(rounds):
        body = mutate(random)
        answer = client.post(body)
        told = f"seed {seed}, round {index}, body {body!r}: {answer.status_code} {answer.text[:500]}"
        assert answer.status_code in (200, 204), told
        documents = answer.json() if answer.content else []
        for document in documents if isinstance(documents, list) else [documents]:
            assert document["jsonrpc"] == "2.0", told
            assert ("result" in document) != ("error" in document), told
            assert document.get("error", {"code": 0})["code"] != -32603, told


def _good(random: Random) -> dict[str, object]:
    method, parameters = random.choice(GOOD)
    return {"jsonrpc": "2.0", "id": random.randint(0, 9), "method": method, "params": parameters}


def _replace_somewhere(random: Random, value: Any) -> Any:
    """`value` with one thing in it replaced, dropped, doubled or renamed."""
    if isinstance(value, dict) and value and random.random() < 0.8:
        key = random.choice(sorted(value))
        kept = {name: member for name, member in value.items() if name != key}
        fate = random.random()
        if fate < 0.15:
            return kept
        return kept | {key + "x" * (fate < 0.25): _replace_somewhere(random, value[key])}
    if isinstance(value, list) and value and random.random() < 0.8:
        at = random.randrange(len(value))
        middle = [[], [value[at]] * 2, [_replace_somewhere(random, value[at])]][min(random.randrange(6), 2)]
        return [*value[:at], *middle, *value[at + 1 :]]
    if isinstance(value, str) and len(value) > 4 and random.random() < 0.6:
        at = random.randrange(len(value))
        return value[:at] + random.choice(("", "g", "0", "\u0000", value[at] * 2)) + value[at + 1 :]
    return random.choice(ODD)


def _damage(random: Random, body: bytearray) -> None:
    at = random.randrange(len(body)) if body else 0
    match random.randrange(4):
        case 0 if body:
            body[at] ^= 1 << random.randrange(8)
        case 1:
            del body[at:]
        case 2:
            del body[at : at + random.randint(1, 8)]
        case _:
            body[at:at] = random.randbytes(random.randint(1, 4))


def _open_things(client: Client) -> dict[str, int]:
    async def tasks() -> int:
        return len(asyncio.all_tasks())

    return {
        "tasks": client.run(tasks()),
        "threads": threading.active_count(),
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "waiters": len(client.service.waiters),
    }


@pytest.mark.parametrize(
    ("seed", "rounds"), [(1, 500), pytest.param(2, 10_000, marks=pytest.mark.long, id="2-ten-thousand")]
)
def test_mutated_requests_leave_the_server_as_it_was(client: Client, seed: int, rounds: int) -> None:
    run_mutations(client, seed=0, rounds=20)  # what is made at first use is made
    before = _open_things(client)
    run_mutations(client, seed, rounds)
    assert _open_things(client) == before
    assert client.result("eth_chainId") == "0x7"
