"""Whoever breaks the rules is dropped, with a reason, and nobody else notices."""

from typing import Any

import pytest
import trio

from node.network.frames import HEADER, LIMIT_OF, Kind, Lane
from node.network.handshake import decode_refusal
from node.network.wire import Stream

GARBAGE = bytes(reversed(range(256))) * 8


async def _still_works(first: Any, second: Any) -> None:
    for sender, receiver in ((first, second), (second, first)):
        assert sender.network.send(receiver.peer_id, Kind.CONSENSUS, b"still here")
        assert (await receiver.frame()).payload == b"still here"


@pytest.mark.parametrize(
    ("lane", "data", "reason"),
    [
        (Lane.CONTROL, GARBAGE, "unknown frame kind 251"),
        (Lane.URGENT, GARBAGE, "unknown frame kind 251"),
        (Lane.BULK, GARBAGE, "unknown frame kind 251"),
        (Lane.URGENT, HEADER.pack(0, 0xEE), "unknown frame kind 238"),
        (Lane.URGENT, HEADER.pack(2**32 - 1, Kind.CONSENSUS), "CONSENSUS frame of 4294967295 bytes"),
        (Lane.BULK, HEADER.pack(LIMIT_OF[Kind.GET_BLOCKS] + 1, Kind.GET_BLOCKS), "GET_BLOCKS frame of 4097 bytes"),
        (Lane.BULK, HEADER.pack(0, Kind.CONSENSUS), "CONSENSUS frame does not belong on the bulk stream"),
        (Lane.URGENT, HEADER.pack(0, Kind.PING), "PING frame does not belong on the urgent stream"),
        (Lane.CONTROL, HEADER.pack(0, Kind.HELLO), "HELLO frame does not belong after the handshake"),
        (Lane.CONTROL, HEADER.pack(1, Kind.READY), "READY frame of 1 bytes"),
        (Lane.CONTROL, HEADER.pack(3, Kind.GOODBYE) + b"a\nb", "malformed farewell"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_nonsense_after_the_handshake_ends_it_and_bans(opened: Any, lane: Lane, data: bytes, reason: str) -> None:
    async with opened() as cast:
        first, second = await cast.pair(ban_ms=60_000)
        async with cast.adversary(first) as bad:
            await bad.shake_hands()
            await first.joined()
            await bad.streams[lane].send(data)
            while (farewell := await bad.hear()).kind is not Kind.GOODBYE:
                pass
            assert reason.encode() in farewell.payload
        left = await first.left()
        assert left.peer == bad.identity.peer_id and reason in left.reason
        async with cast.adversary(first) as again:
            await again.prove(await again.greet())
            assert "banned for another" in str(decode_refusal((await again.hear()).payload))
        await _still_works(first, second)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (GARBAGE, "unknown frame kind 251"),
        (HEADER.pack(5, Kind.HELLO) + b"hello", "malformed greeting"),
        (HEADER.pack(9_000, Kind.HELLO), "HELLO frame of 9000 bytes"),
        (HEADER.pack(0, Kind.PROOF), "PROOF frame does not belong where HELLO is due"),
        (HEADER.pack(2, Kind.REFUSED) + b"no", "malformed refusal"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_nonsense_instead_of_a_handshake_is_answered_with_the_reason(
    opened: Any, data: bytes, reason: str
) -> None:
    async with opened() as cast:
        first, second = await cast.pair()
        async with cast.adversary(first) as bad:
            await bad.open(Lane.CONTROL)
            await bad.streams[Lane.CONTROL].send(data)
            assert (await bad.hear()).kind is Kind.HELLO
            assert reason in str(decode_refusal((await bad.hear()).payload))
        refused = await first.refused()
        assert refused.peer == bad.identity.peer_id and reason in refused.reason
        await _still_works(first, second)


@pytest.mark.parametrize(
    "data",
    [
        GARBAGE,
        b"GET / HTTP/1.1\r\n\r\n",
        b"\xff" * 64,
        b"\x13/multistream/1.0.0\n" + GARBAGE,
        b"\x13/multistream/1.0.0\n\x07/noise\n" + GARBAGE,
        b"\x13/multistream/1.0.0\n\x07/noise\n\x00\x20" + bytes(32) + GARBAGE,
        b"",
    ],
    ids=["bytes", "http", "long varint", "select", "noise", "noise key", "nothing"],
)
async def test_a_raw_tcp_client_is_dropped_and_others_go_on(
    opened: Any, eventually: Any, held: Any, data: bytes
) -> None:
    async with opened() as cast:
        first, second = await cast.pair(handshake_timeout_ms=500)
        before = held()
        socket = await trio.open_tcp_stream("127.0.0.1", first.port)
        await socket.send_all(data)
        refused = await first.refused()
        assert refused.peer is None and refused.by_us
        await _still_works(first, second)
        await socket.aclose()
        await eventually(lambda: held() == before)


async def test_a_stream_too_many_ends_the_connection(opened: Any) -> None:
    async with opened() as cast:
        first = await cast.node(1)
        async with cast.adversary(first) as bad:
            await bad.shake_hands()
            await first.joined()
            await bad.link._muxer.open_stream()
            assert "three streams are all" in (await first.left()).reason


async def test_what_yamux_would_buffer_without_bound_ends_the_connection(opened: Any) -> None:
    """Nobody reads the inbox, and the peer ignores the window it was given."""
    async with opened() as cast:
        first, second = await cast.pair(inbox_frames=1)
        async with cast.adversary(first) as bad:
            await bad.shake_hands()
            bad.streams[Lane.BULK]._inner.send_window = 2**31
            await bad.say_until_hung_up(HEADER.pack(10_000, Kind.BLOCKS) + bytes(10_000), Lane.BULK)
            assert (await first.left()).reason == "sent more than its windows allow"
        await _still_works(first, second)


async def test_a_flood_before_the_handshake_is_cut_off(opened: Any) -> None:
    """On a stream that nobody reads, well within what Yamux would buffer."""
    async with opened() as cast:
        first = await cast.node(1)
        async with cast.adversary(first) as bad:
            await bad.open(Lane.CONTROL)
            bad.streams[Lane.BULK] = Stream(await bad.link._muxer.open_stream(), bad.link._socket)
            bad.streams[Lane.BULK]._inner.send_window = 2**31
            await bad.say_until_hung_up(bytes(10_000), Lane.BULK)
        assert (await first.refused()).reason == "said too much before the handshake"


async def test_a_peer_that_froze_is_noticed_and_others_are_not_hurt(opened: Any, eventually: Any) -> None:
    """As with SIGSTOP: the socket stands, nothing is read from it, and our writes to it block."""
    async with opened() as cast:
        first, second = await cast.pair(ping_interval_ms=500, missed_pings=3)
        async with cast.adversary(first, 3) as frozen:
            await frozen.shake_hands()
            await first.joined()
            frozen.freeze()
            start = trio.current_time()
            while first.network.send(frozen.identity.peer_id, Kind.BLOCKS, bytes(1_000_000)):
                pass
            waits = [await _round_trip(first, second) for _ in range(50)]
            left = await first.left()
            assert left.peer == frozen.identity.peer_id and left.reason == "silent for 1500 ms"
            assert trio.current_time() - start < 5
            assert max(waits) < 1
        await _still_works(first, second)


async def test_a_peer_that_takes_nothing_does_not_stall_others_and_is_dropped(opened: Any) -> None:
    """It is alive, but never reads the bulk stream: the queue fills and refuses, votes still go through."""
    async with opened() as cast:
        first, second = await cast.pair(bulk_queue_bytes=4_000_000, ping_interval_ms=10_000)
        async with cast.adversary(first, 3) as stuck:
            await stuck.shake_hands()
            await first.joined()
            while first.network.send(stuck.identity.peer_id, Kind.BLOCKS, bytes(1_000_000)):
                await trio.lowlevel.checkpoint()
            (peer,) = [peer for peer in first.network.peers() if peer.peer_id == stuck.identity.peer_id]
            assert 3_000_000 <= peer.queued_bytes <= 4_000_000
            assert first.network.send(stuck.identity.peer_id, Kind.CONSENSUS, b"a vote")
            assert (await stuck.streams[Lane.URGENT].receive()).endswith(b"a vote")
            for _ in range(20):
                await _round_trip(first, second)
            left = await first.left()
            assert left.reason == "takes nothing for five seconds"
        await _still_works(first, second)


async def test_votes_pass_by_a_block_download(opened: Any) -> None:
    """64 MB of blocks are on their way when the vote is sent; it does not wait for them."""
    async with opened() as cast:
        first, second = await cast.pair(bulk_queue_bytes=80_000_000)
        for _ in range(8):
            assert first.network.send(second.peer_id, Kind.BLOCKS, bytes(8_000_000))
        blocks = 1 if (await second.frame()).kind is Kind.BLOCKS else 0
        assert first.network.send(second.peer_id, Kind.CONSENSUS, b"a vote")
        while (await second.frame()).kind is Kind.BLOCKS:
            blocks += 1
        assert blocks < 4


async def test_a_node_that_does_not_read_its_inbox_keeps_its_peers(opened: Any, eventually: Any) -> None:
    """Its bulk lane fills up to its sender's queue, while keep-alive goes on; then all comes through in order."""
    async with opened() as cast:
        first, second = await cast.pair(ping_interval_ms=20, missed_pings=3, inbox_frames=4, bulk_queue_frames=50)
        sent = 0
        with trio.move_on_after(0.5):
            while True:
                while first.network.send(second.peer_id, Kind.BLOCKS, sent.to_bytes(4, "big") + bytes(100_000)):
                    sent += 1
                await trio.lowlevel.checkpoint()
        assert len(first.network.peers()) == 1 and first.network.peers()[0].queued_frames > 40
        for number in range(sent):
            assert int.from_bytes((await second.frame()).payload[:4], "big") == number


async def _round_trip(first: Any, second: Any) -> float:
    start = trio.current_time()
    assert first.network.send(second.peer_id, Kind.CONSENSUS, b"ping")
    await second.frame()
    assert second.network.send(first.peer_id, Kind.CONSENSUS, b"pong")
    await first.frame()
    return trio.current_time() - start
