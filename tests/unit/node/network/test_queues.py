"""The bounds of what waits, and the order in which it is served."""

from random import Random

import pytest
import trio
import trio.testing

from node.network.events import FrameReceived, NetworkEvent, PeerIdentity, PeerJoined, PeerLeft, PeerRefused
from node.network.frames import Kind, Lane
from node.network.identity import PeerId
from node.network.queues import MAX_NOTICES, WRITE_SIZE, Inbox, Mailbox, Outbox
from node.network.redial import Backoff

ANNA, BELA = PeerId("anna"), PeerId("bela")


def _joined(peer: PeerId) -> PeerJoined:
    return PeerJoined(peer, PeerIdentity(peer, None, False), 0)


def _frame(peer: PeerId, number: int, kind: Kind = Kind.CONSENSUS) -> FrameReceived:
    return FrameReceived(peer, kind, bytes([number]))


def _drain(inbox: Inbox) -> list[NetworkEvent]:
    events = []
    while True:
        try:
            events.append(inbox.receive_nowait())
        except (trio.WouldBlock, trio.EndOfChannel):
            return events


async def _put(mailbox: Mailbox, *frames: FrameReceived) -> None:
    for frame in frames:
        await mailbox.put(Lane.URGENT if frame.kind is Kind.CONSENSUS else Lane.BULK, frame)


async def test_a_full_urgent_queue_sheds_its_oldest() -> None:
    outbox = Outbox(3, 1_000_000, sheds_oldest=True)
    assert all(outbox.push(bytes([number])) for number in range(5))
    assert (await outbox.take(), outbox.shed, outbox.queued_bytes) == (b"\2\3\4", 2, 0)


async def test_a_full_bulk_queue_refuses_the_new_one() -> None:
    outbox = Outbox(3, 1_000_000, sheds_oldest=False)
    assert [outbox.push(bytes([number])) for number in range(5)] == [True, True, True, False, False]
    assert (await outbox.take(), outbox.shed) == (b"\0\1\2", 0)


async def test_queues_are_bounded_in_bytes_but_take_any_one_frame() -> None:
    outbox = Outbox(100, 10, sheds_oldest=False)
    assert outbox.push(bytes(20)) and not outbox.push(b"x")
    assert len(await outbox.take()) == 20
    assert outbox.push(b"x") and outbox.push(bytes(9)) and not outbox.push(b"y")


async def test_small_frames_leave_together_and_large_ones_alone() -> None:
    outbox = Outbox(100, 1_000_000, sheds_oldest=False)
    for size in (10, 20, WRITE_SIZE, 5, WRITE_SIZE - 5, 1):
        outbox.push(bytes(size))
    assert [len(await outbox.take()) for _ in range(4)] == [30, WRITE_SIZE, WRITE_SIZE, 1]


async def test_take_waits_for_the_next_frame() -> None:
    outbox, got = Outbox(1, 10, sheds_oldest=False), []

    async def take() -> None:
        got.append(await outbox.take())

    async with trio.open_nursery() as nursery:
        nursery.start_soon(take)
        await trio.testing.wait_all_tasks_blocked()
        assert not got
        outbox.push(b"x")
    assert got == [b"x"]


async def test_urgent_comes_before_bulk_and_peers_take_turns() -> None:
    inbox = Inbox(10, 1_000)
    anna, bela = inbox.open_mailbox(_joined(ANNA)), inbox.open_mailbox(_joined(BELA))
    assert _drain(inbox) == [_joined(ANNA), _joined(BELA)]
    await _put(anna, *(_frame(ANNA, n, Kind.BLOCKS) for n in range(2)), *(_frame(ANNA, n) for n in range(3)))
    await _put(bela, _frame(BELA, 0))
    got = [(event.peer, event.kind, event.payload[0]) for event in _drain(inbox) if isinstance(event, FrameReceived)]
    assert got == [
        (ANNA, Kind.CONSENSUS, 0),
        (BELA, Kind.CONSENSUS, 0),
        (ANNA, Kind.CONSENSUS, 1),
        (ANNA, Kind.CONSENSUS, 2),
        (ANNA, Kind.BLOCKS, 0),
        (ANNA, Kind.BLOCKS, 1),
    ]


async def test_the_end_of_a_peer_comes_after_its_frames_and_before_it_joins_again() -> None:
    inbox = Inbox(10, 1_000)
    first = inbox.open_mailbox(_joined(ANNA))
    await _put(first, _frame(ANNA, 1, Kind.BLOCKS), _frame(ANNA, 2))
    first.close("gone")
    second = inbox.open_mailbox(_joined(ANNA))
    await _put(second, _frame(ANNA, 3))
    left = PeerLeft(ANNA, "gone")
    expected = [_joined(ANNA), _frame(ANNA, 2), _frame(ANNA, 1, Kind.BLOCKS), left, _joined(ANNA), _frame(ANNA, 3)]
    assert _drain(inbox) == expected


@pytest.mark.parametrize("seed", range(50))
async def test_whatever_happens_each_peer_is_told_of_in_order(seed: int) -> None:
    """Joined and left alternate, frames come in between, none is lost or doubled, each lane keeps its order."""
    random, inbox = Random(seed), Inbox(1_000, 1_000_000)
    boxes: dict[PeerId, Mailbox] = {}
    sent: dict[PeerId, list[FrameReceived]] = {ANNA: [], BELA: []}
    events: list[NetworkEvent] = []
    for number in range(200):
        peer = random.choice((ANNA, BELA))
        if peer not in boxes:
            boxes[peer] = inbox.open_mailbox(_joined(peer))
        elif random.random() < 0.1:
            boxes.pop(peer).close("gone")
            events += _drain(inbox)
        else:
            frame = _frame(peer, number, random.choice((Kind.CONSENSUS, Kind.BLOCKS)))
            sent[peer].append(frame)
            await _put(boxes[peer], frame)
        if random.random() < 0.5:
            events += [] if (event := inbox._next()) is None else [event]
    events += _drain(inbox)
    for peer in (ANNA, BELA):
        mine = [event for event in events if not isinstance(event, PeerRefused) and event.peer == peer]
        present = False
        for event in mine:
            assert present is not isinstance(event, PeerJoined), f"seed {seed}"
            present = not isinstance(event, PeerLeft)
        for kind in (Kind.CONSENSUS, Kind.BLOCKS):
            got = [event for event in mine if isinstance(event, FrameReceived) and event.kind is kind]
            assert got == [frame for frame in sent[peer] if frame.kind is kind], f"seed {seed}"


async def test_connections_that_come_and_go_unread_do_not_pile_up() -> None:
    inbox = Inbox(10, 1_000)
    for _ in range(1_000):
        inbox.open_mailbox(_joined(ANNA)).close("gone")
    assert _drain(inbox) == [_joined(ANNA), PeerLeft(ANNA, "gone")] * 2


async def test_a_full_lane_of_one_peer_holds_back_nothing_else() -> None:
    inbox = Inbox(2, 1_000)
    anna, bela = inbox.open_mailbox(_joined(ANNA)), inbox.open_mailbox(_joined(BELA))
    _drain(inbox)
    await _put(anna, _frame(ANNA, 0), _frame(ANNA, 1))
    done = trio.Event()

    async def one_more() -> None:
        await _put(anna, _frame(ANNA, 2))
        done.set()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(one_more)
        await trio.testing.wait_all_tasks_blocked()
        assert not done.is_set()
        await _put(anna, _frame(ANNA, 3, Kind.BLOCKS))
        await _put(bela, _frame(BELA, 4))
        assert await inbox.receive() == _frame(ANNA, 0)
        await done.wait()


async def test_strangers_cannot_fill_the_inbox() -> None:
    inbox = Inbox(2, 1_000)
    for number in range(MAX_NOTICES * 2):
        inbox.notice(PeerRefused(None, "somewhere", str(number), True))
    assert len(_drain(inbox)) == MAX_NOTICES


async def test_a_closed_inbox_gives_what_it_has_and_ends() -> None:
    inbox = Inbox(2, 1_000)
    inbox.open_mailbox(_joined(ANNA))
    inbox.close()
    assert [event async for event in inbox] == [_joined(ANNA)]
    with pytest.raises(trio.EndOfChannel):
        inbox.receive_nowait()


def test_pauses_double_to_their_cap_with_jitter_and_start_over() -> None:
    backoff = Backoff(0.1, 1.0, Random(1))
    pauses = [backoff.next() for _ in range(8)]
    for pause, whole in zip(pauses, [0.1, 0.2, 0.4, 0.8, 1.0, 1.0, 1.0, 1.0], strict=True):
        assert whole / 2 <= pause <= whole
    assert len(set(pauses[4:])) == 4
    backoff.reset()
    assert backoff.next() <= 0.1
