"""One real node in this process: sockets, threads and LevelDB. Damaged frames and requests come over loopback, and
afterwards tasks, threads, descriptors and connections are as before, and a payment is final.
"""

import json
import os
import socket
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final

import httpx
import psutil
import pytest
import trio
import trio.testing

from node.app.assembly import Parts, assemble
from node.app.ledger import Effect, Event
from node.app.network_folder import NetworkOptions, create_network, development_keys
from node.app.service import NodeService
from node.consensus.timing import Instant
from node.network.config import NetworkConfig
from node.network.errors import LinkLost, NetworkError
from node.network.events import FrameReceived
from node.network.frames import LANE_OF, LIMIT_OF, encode_frame
from node.network.handshake import Hello
from node.network.host import Network
from node.network.identity import NodeIdentity
from node.network.wire import Upgrader
from node.primitives.genesis import consensus_rules_hash
from node.primitives.keys import PrivateKey
from node.primitives.transaction import UnsignedTransaction, sign_transaction
from node.primitives.types import Address
from tests.malformed.bombardment import KINDS, good_frames
from tests.malformed.mutation import mutated
from tests.ports import free_ports
from tests.unit.node.network.conftest import Adversary
from tests.unit.node.rpc.test_mutated_requests import run_mutations

pytestmark = pytest.mark.e2e

HOST: Final = "127.0.0.1"
FRAMES_A_CONNECTION: Final = 60
WORKERS: Final = 12
"""Threads that trio may keep for a while after they had something to do."""


class LiveClient:
    """What `run_mutations` asks of a client, over a real connection."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(timeout=30, trust_env=False)
        self._url = url

    def post(self, body: bytes) -> httpx.Response:
        return self._http.post(self._url, content=body, headers={"content-type": "application/json"})

    def result(self, method: str, *parameters: object) -> Any:
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(parameters)}
        answer = self.post(json.dumps(request).encode()).json()
        assert "result" in answer, answer
        return answer["result"]

    def close(self) -> None:
        self._http.close()


class LiveNode:
    """The node, and what an adversary needs to know of it."""

    def __init__(self, parts: Parts, service: NodeService, p2p_port: int, rpc_port: int) -> None:
        self.parts = parts
        self.service = service
        self.p2p_port = p2p_port
        self.url = f"http://{HOST}:{rpc_port}"
        self.heard = 0
        decide = service.ledger.upon

        def counted(event: Event, now: Instant) -> Sequence[Effect]:
            self.heard += isinstance(event, FrameReceived)
            return decide(event, now)

        service.ledger.upon = counted  # type: ignore[method-assign]  # listens in, and changes nothing

    def is_connected(self, bad: Adversary) -> bool:
        return bad.identity.peer_id in {peer.peer_id for peer in self.parts.network.peers()}

    def held(self) -> dict[str, int]:
        """What is open now. Idle workers of trio come and go, so they are only bounded."""
        names = [thread.name for thread in threading.enumerate()]
        workers = sum(name.startswith("Trio") or "trio" in name for name in names)
        assert workers <= WORKERS, names
        return {
            "tasks": trio.lowlevel.current_statistics().tasks_living,
            "threads": len(names) - workers,
            "descriptors": len(os.listdir("/proc/self/fd")),
            "connections": len(psutil.Process().net_connections("tcp")),
            "peers": len(self.parts.network.peers()),
        }


@pytest.mark.parametrize("count", [100, pytest.param(10_000, marks=(pytest.mark.long, pytest.mark.timeout(1_800)))])
def test_a_live_node_is_as_it_was_after_mutated_frames_and_requests(tmp_path: Path, seed: int, count: int) -> None:
    trio.run(_bombard, tmp_path, seed, count)


async def _bombard(path: Path, seed: int, count: int) -> None:
    told = f"seed {seed}"
    with trio.fail_after(1_800):
        async with _running(path) as node:
            await _throw_frames(node, Random(f"warm {seed}"), 5)  # what is made at first use is made
            await _throw_requests(node, seed, 5)
            await trio.testing.wait_all_tasks_blocked(0.2)
            before = node.held()
            dropped = await _throw_frames(node, Random(seed), count)
            await _throw_requests(node, seed, count)
            await _eventually(lambda: node.held() == before, lambda: f"{told}: {before} became {node.held()}")
            print(f"{told}: {node.heard} frames heard, connections {dict(dropped)}, {count} requests; held {before}")
            assert node.heard > count * 3 // 4, f"{told}: of {count} frames {node.heard} came to the ledger"
            assert dropped["dropped"] > count // 20, f"{told}: connections {dict(dropped)}"
            await trio.to_thread.run_sync(_pay, node)


@asynccontextmanager
async def _running(path: Path) -> AsyncIterator[LiveNode]:
    p2p_port, rpc_port = free_ports(2)
    options = NetworkOptions(
        validators=1, chain_id=20_200, block_period_ms=200, development=True, central_bank=None, hosts=(HOST,),
        p2p_port=p2p_port, rpc_port=rpc_port, timestamp=0,
    )  # fmt: skip
    (folder,) = create_network(path / "net", options, random_bytes=Random(7).randbytes).nodes
    parts = assemble(folder, folder.config())
    parts.network = _hospitable(parts, p2p_port)
    service = NodeService(parts, folder.config())
    try:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(service.run)
            node = LiveNode(parts, service, p2p_port, rpc_port)
            await _eventually(lambda: _answers(rpc_port), lambda: "the node does not answer")
            yield node
            nursery.cancel_scope.cancel()
    finally:
        parts.close()


def _hospitable(parts: Parts, port: int) -> Network:
    """The same network that lets everybody in, and in again at once, or the test would be one of bans."""
    config = NetworkConfig(HOST, port, ban_ms=0, farewell_ms=50)
    key = parts.folder.validator_key()
    assert key is not None
    return Network(config, parts.identity, lambda: _hello(parts, key), key.sign, lambda peer: None)


def _hello(parts: Parts, key: PrivateKey) -> Hello:
    chain = parts.chain
    rules_hash = consensus_rules_hash(chain.config)
    return Hello(chain.config.chain_id, chain.genesis_hash, rules_hash, "live", "", chain.head.number, key.address)


async def _throw_frames(node: LiveNode, random: Random, count: int) -> "Counter[str]":
    """How many connections there were, by how they ended."""
    good, thrown, ends = good_frames(), 0, Counter[str]()
    while thrown < count:
        number = 40 + sum(ends.values()) % 5
        async with _adversary(node, number) as bad:
            try:
                await bad.shake_hands()
                await _eventually(partial(node.is_connected, bad), lambda: "an adversary is not let in")
                for _ in range(min(FRAMES_A_CONNECTION, count - thrown)):
                    kind = random.choice(KINDS)
                    payload = mutated(random, random.choice(good[kind]), LIMIT_OF[kind])
                    thrown += 1
                    await bad.streams[LANE_OF[kind]].send(encode_frame(kind, payload))
                    if await _hung_up(bad, node, node.heard + 1):
                        raise LinkLost("hung up on")
                ends["done"] += 1
            except NetworkError:
                ends["dropped"] += 1
    return ends


async def _hung_up(bad: Adversary, node: LiveNode, heard: int) -> bool:
    """Once the node has made up its mind about the frame: whether it has ended the connection."""
    with trio.move_on_after(1):
        while node.heard < heard and not bad.over.is_set():
            await trio.testing.wait_all_tasks_blocked(0.001)
    await trio.testing.wait_all_tasks_blocked(0.003)
    return not node.is_connected(bad)


@asynccontextmanager
async def _adversary(node: LiveNode, number: int) -> AsyncIterator[Adversary]:
    identity, key = NodeIdentity(bytes([number]) * 32), PrivateKey(bytes([number]) * 32)
    hello = replace(_hello(node.parts, key), head=9)
    stream = await trio.open_tcp_stream(HOST, node.p2p_port)
    try:
        link = await Upgrader(identity).upgrade(stream, node.parts.identity.peer_id)
        adversary = Adversary(link, identity, key, hello)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(adversary.run)
            yield adversary
            nursery.cancel_scope.cancel()
    finally:
        await trio.aclose_forcefully(stream)


async def _throw_requests(node: LiveNode, seed: int, count: int) -> None:
    client = LiveClient(node.url)
    try:
        await trio.to_thread.run_sync(run_mutations, client, seed, count)
    finally:
        client.close()


def _pay(node: LiveNode) -> None:
    payer = development_keys()[7]
    unsigned = UnsignedTransaction(chain_id=20_200, nonce=0, gas=21_000, to=Address(b"\x44" * 20), value=1)
    client = LiveClient(node.url)
    try:
        raw = "0x" + sign_transaction(unsigned, payer).raw.hex()
        assert client.result("eth_sendRawTransactionSync", raw)["status"] == "0x1"
    finally:
        client.close()


async def _eventually(condition: Callable[[], bool], told: Callable[[], str]) -> None:
    for _ in range(2_000):
        if condition():
            return
        await trio.testing.wait_all_tasks_blocked(0.01)
    raise AssertionError(told())


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((HOST, port)) == 0
