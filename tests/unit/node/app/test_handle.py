"""The way from RPC's threads into the loop of a real node: who no longer wants an answer harms nobody."""

from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import CancelledError, Future
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Final, TypeVar

import pytest
import trio
import trio.testing

from node.app.assembly import assemble
from node.app.handle import NodeHandle
from node.app.network_folder import NetworkOptions, create_network, development_keys
from node.app.service import NodeService
from node.pool.pool import Pool
from node.primitives.transaction import Transaction, UnsignedTransaction, sign_transaction
from node.primitives.types import Address
from tests.ports import free_ports

T = TypeVar("T")

HOST: Final = "127.0.0.1"
CHAIN_ID: Final = 20_201


def test_a_question_cancelled_before_its_turn_is_not_asked(tmp_path: Path) -> None:
    async def scenario(handle: NodeHandle) -> None:
        asked: list[Pool] = []
        offset = handle.now()
        given_up: list[Future[object]] = [
            handle.ask_pool(asked.append),
            handle.increase_time(1_000_000),  # type: ignore[list-item]  # whatever its answer would be
            handle.set_next_timestamp(0),  # type: ignore[list-item]  # whatever its answer would be
            handle.submit(_payment(0)),  # type: ignore[list-item]  # whatever its answer would be
        ]
        assert all(answer.cancel() for answer in given_up), "the loop has had no turn yet"
        assert await _answer(handle.ask_pool(len)) == 0, "a payment nobody waits for was taken in"
        assert not asked
        assert handle.now() - offset < 1_000_000, "a clock nobody waits for was moved"
        for answer in given_up:
            with pytest.raises(CancelledError):
                answer.result(0)

    _run(tmp_path, scenario)


def test_who_gives_up_between_pool_and_journal_is_acknowledged_all_the_same(tmp_path: Path) -> None:
    async def scenario(handle: NodeHandle) -> None:
        submitted = handle.submit(_payment(0))
        gave_up = handle.ask_pool(lambda pool: submitted.cancel())
        assert not await _answer(gave_up), "from its turn on a submission can't be cancelled"
        assert await _answer(submitted) == _payment(0).hash
        assert await _answer(handle.submit(_payment(1))) == _payment(1).hash

    _run(tmp_path, scenario)


def test_a_question_that_fails_is_its_askers_to_hear(tmp_path: Path) -> None:
    async def scenario(handle: NodeHandle) -> None:
        with pytest.raises(ValueError, match="before the head's"):
            await _answer(handle.set_next_timestamp(-1))
        failing = handle.ask_pool(lambda pool: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            await _answer(failing)
        assert await _answer(handle.ask_pool(len)) == 0

    _run(tmp_path, scenario)


def test_a_status_that_the_loop_has_no_time_for_says_how_long_it_waited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("node.app.handle.STATUS_TIMEOUT_S", 0)

    async def scenario(handle: NodeHandle) -> None:
        with pytest.raises(TimeoutError, match="loop did not answer within 0 s"):
            handle.status()  # on the loop's own thread, which so has no time
        assert await _answer(handle.ask_pool(len)) == 0

    _run(tmp_path, scenario)


def _run(path: Path, scenario: Callable[[NodeHandle], Awaitable[None]]) -> None:
    async def run() -> None:
        with trio.fail_after(30):
            async with _running(path) as handle:
                await scenario(handle)

    trio.run(run)


@asynccontextmanager
async def _running(path: Path) -> AsyncIterator[NodeHandle]:
    """One validator of one, on this loop."""
    p2p_port, rpc_port = free_ports(2)
    options = NetworkOptions(
        validators=1, chain_id=CHAIN_ID, block_period_ms=1_000, development=True, central_bank=None, hosts=(HOST,),
        p2p_port=p2p_port, rpc_port=rpc_port, timestamp=0,
    )  # fmt: skip
    (folder,) = create_network(path / "net", options, random_bytes=Random(7).randbytes).nodes
    parts = assemble(folder, folder.config())
    service = NodeService(parts, folder.config())
    try:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(service.run)
            await trio.testing.wait_all_tasks_blocked(0.05)
            handle = NodeHandle(service)
            await _answer(handle.ask_pool(len))
            yield handle
            nursery.cancel_scope.cancel()
    finally:
        parts.close()


async def _answer(asked: Future[T]) -> T:
    """Gives the loop its turns until it has answered."""
    answered, token = trio.Event(), trio.lowlevel.current_trio_token()
    asked.add_done_callback(lambda _: token.run_sync_soon(answered.set))
    await answered.wait()
    return asked.result(0)


def _payment(nonce: int) -> Transaction:
    unsigned = UnsignedTransaction(chain_id=CHAIN_ID, nonce=nonce, gas=21_000, to=Address(b"\x44" * 20), value=1)
    return sign_transaction(unsigned, development_keys()[7])
