"""A node whose disk is full goes on reading: a whole NodeService on real files, under the system's file size limit."""

import logging
import resource
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from node.app.assembly import Parts, assemble
from node.app.handle import NodeHandle
from node.app.ledger import Effect, OwnTimer, SetTimer
from node.app.network_folder import NetworkOptions, create_network, development_keys
from node.app.read_only import TakesNoTransactions, serve_peers
from node.app.service import NodeService
from node.consensus import effects as asked
from node.consensus.evidence import evidence
from node.consensus.messages import Prepare
from node.network.events import FrameReceived, PeerIdentity, PeerJoined
from node.network.frames import Kind
from node.network.outgoing import DropPeer, SendFrame
from node.primitives.transaction import Transaction, TransactionKind, UnsignedTransaction, sign_transaction
from node.primitives.types import Address, BlockNumber, Hash32
from node.storage import DiskFull
from node.sync.core import AnswerBlocks
from node.sync.jobs import answer_blocks
from node.sync.wire import BlockRange, encode_range
from tests.unit.node.app.standing import OBSERVER, Standing, payment

CHAIN_ID = 20_200


@contextmanager
def no_room() -> Iterator[None]:
    """No file of this process may grow beyond its first byte."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def service(tmp_path: Path) -> Iterator[NodeService]:
    """The only validator of a development network; it is closed without a word, whatever its disk did."""
    options = NetworkOptions(
        validators=1, chain_id=CHAIN_ID, block_period_ms=100, development=True, central_bank=None,
        hosts=("127.0.0.1",), p2p_port=0, rpc_port=0, timestamp=0,
    )  # fmt: skip
    (folder,) = create_network(tmp_path / "net", options, random_bytes=bytes).nodes
    parts: Parts = assemble(folder, folder.config())
    yield NodeService(parts, folder.config())
    parts.close()


@asynccontextmanager
async def running(service: NodeService) -> AsyncIterator[NodeHandle]:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(service.run)
        await wait_all_tasks_blocked()
        yield NodeHandle(service)
        nursery.cancel_scope.cancel()


def transfer(nonce: int) -> Transaction:
    unsigned = UnsignedTransaction(
        kind=TransactionKind.DYNAMIC_FEE, chain_id=CHAIN_ID, nonce=nonce, gas=50_000, to=Address(bytes(20)), data=b""
    )
    return sign_transaction(unsigned, development_keys()[3])


async def outcome(answer: Future[Hash32]) -> BaseException | None:
    return await trio.to_thread.run_sync(lambda: answer.exception(timeout=30))


async def carried_out(service: NodeService, effects: Sequence[Effect]) -> None:
    with service._until_storage_fails():
        await service._carry_out(effects)


def test_nothing_follows_a_sign_state_that_was_not_written(
    service: NodeService, caplog: pytest.LogCaptureFixture
) -> None:
    after = SetTimer(OwnTimer.SYNC, 5)

    with no_room(), caplog.at_level(logging.ERROR):
        trio.run(carried_out, service, [asked.Persist(b"a vote"), after])
        trio.run(carried_out, service, [asked.Persist(b"a vote"), after])
    trio.run(carried_out, service, [after])
    assert isinstance(service.fault, DiskFull)
    assert after.timer not in service._timers
    assert [record.getMessage() for record in caplog.records] == [
        f"read-only from now on, neither voting nor taking transactions: {service.fault}"
    ]
    assert "free space and restart" in str(service.fault)


def test_with_room_the_effects_follow(service: NodeService) -> None:
    trio.run(service._carry_out, [asked.Persist(b"a vote"), SetTimer(OwnTimer.SYNC, 5)])
    assert service.fault is None
    assert service._timers == {OwnTimer.SYNC: 5}


def test_whoever_waits_for_the_journal_hears_of_it_and_so_does_everybody_after(service: NodeService) -> None:
    async def scenario() -> None:
        async with running(service) as handle:
            assert await outcome(handle.submit(transfer(0))) is None
            with no_room():
                first = await outcome(handle.submit(transfer(1)))
            head = handle.chain.head
            later = await outcome(handle.submit(transfer(2)))
            for refusal in (first, later):
                assert isinstance(refusal, TakesNoTransactions)
                assert str(refusal).startswith("the node takes no transactions: its disk is full; ")
            assert any("read-only" in reason and "free space and restart" in reason for reason in handle.unready())
            status = await trio.to_thread.run_sync(handle.status)
            assert status["voting"] is False
            assert "This node is read-only" in str(status["sentence"])
            assert not service._timers, "nothing is due any more"
            assert handle.chain.state(head.number).number == head.number

    trio.run(scenario)


def break_store(service: NodeService) -> None:
    """Its next write finds no room; the other files still have it."""
    with no_room(), pytest.raises(DiskFull):
        service.parts.store.write([(b"key", bytes(100))])


def test_a_commit_that_fails_makes_it_read_only(service: NodeService) -> None:
    async def scenario() -> None:
        async with running(service) as handle:
            break_store(service)
            assert await outcome(handle.submit(transfer(0))) is None, "the journal has room"
            with trio.fail_after(30):
                while service.fault is None:
                    await trio.lowlevel.checkpoint()
            assert handle.chain.head.header.number == 0
            assert isinstance(await outcome(handle.submit(transfer(1))), TakesNoTransactions)

    trio.run(scenario)


def test_a_store_that_opened_without_room_is_read_only_from_the_start(service: NodeService) -> None:
    break_store(service)

    async def scenario() -> None:
        async with running(service) as handle:
            assert isinstance(await outcome(handle.submit(transfer(0))), TakesNoTransactions)
            status = await trio.to_thread.run_sync(handle.status)
            assert "This node is read-only" in str(status["sentence"])

    trio.run(scenario)


def test_evidence_that_cannot_be_written_makes_it_read_only(service: NodeService) -> None:
    first, second = (Prepare(1, 0, Hash32(bytes([number]) * 32)) for number in (1, 2))
    found = evidence(Address(bytes(20)), first, second)
    with no_room():
        trio.run(carried_out, service, [asked.RecordEvidence(found), SetTimer(OwnTimer.SYNC, 5)])
    assert isinstance(service.fault, DiskFull)
    assert not service._timers
    assert len(service.evidence) == 1, "it is still told"


def test_others_still_get_our_blocks_and_are_asked_for_none() -> None:
    node = Standing(None)
    node.little.grow(payment())
    node.upon_news()
    sync = node.ledger.sync
    joined = serve_peers(sync, PeerJoined(OBSERVER, PeerIdentity(OBSERVER, None, True), 9), 0)
    assert [effect.kind for effect in joined if isinstance(effect, SendFrame)] == [Kind.STATUS]
    assert sync.highest_claim == 9
    wanted = encode_range(BlockRange(BlockNumber(1), 1))
    (job,) = serve_peers(sync, FrameReceived(OBSERVER, Kind.GET_BLOCKS, wanted), 0)
    assert isinstance(job, AnswerBlocks)
    (answer,) = serve_peers(sync, answer_blocks(node.chain, job), 0)
    assert isinstance(answer, SendFrame) and answer.kind is Kind.BLOCKS and len(answer.payload) > 100
    assert serve_peers(sync, FrameReceived(OBSERVER, Kind.CONSENSUS, b""), 0) == []
    (dropped,) = serve_peers(sync, FrameReceived(OBSERVER, Kind.STATUS, b"\xff"), 0)
    assert isinstance(dropped, DropPeer)
