"""Thousands of damaged frames, at every stage of a connection, leave a node as it was.

JIAOZI_MUTATED_FRAMES and JIAOZI_SEED set the count and the seed by hand; the long run takes 10,000.
"""

import os
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
import trio
import trio.testing

from node.network.errors import NetworkError
from node.network.frames import HEADER, LANE_OF, LIMIT_OF, Kind, Lane, encode_frame
from node.network.handshake import CHALLENGE_LENGTH, Greeting, encode_greeting

COUNT = int(os.environ.get("JIAOZI_MUTATED_FRAMES", "2000"))
SEED = int(os.environ.get("JIAOZI_SEED", "1"))
FRAMES_A_CONNECTION = 40


async def test_mutated_frames_leave_a_node_as_it_was(opened: Any, eventually: Any, held: Any) -> None:
    await bombard(opened, eventually, held, COUNT, SEED)


@pytest.mark.long
async def test_many_mutated_frames_leave_a_node_as_it_was(opened: Any, eventually: Any, held: Any) -> None:
    await bombard(opened, eventually, held, max(COUNT, 10_000), SEED)


async def bombard(opened: Any, eventually: Any, held: Callable[[], tuple[int, int]], count: int, seed: int) -> None:
    """`count` frames from one adversary after another, while an honest peer stays connected and is served."""
    random, sent, connections = Random(seed), 0, 0
    print(f"seed {seed}, {count} frames")
    async with opened() as cast:
        victim = await cast.node(1, farewell_ms=10, handshake_timeout_ms=1_000)
        honest = await cast.node(2, dials=(victim.address,))
        await victim.joined()
        await honest.joined()
        since = honest.network.peers()[0].since
        told = trio.CancelScope()

        async def read_on() -> None:
            with told:
                async for _ in victim.network.inbox:
                    pass

        cast.nursery.start_soon(read_on)
        await trio.testing.wait_all_tasks_blocked()
        before = held()
        while sent < count:
            async with cast.adversary(victim, 66 + connections % 3) as bad:
                sent += await _throw(bad, random, min(FRAMES_A_CONNECTION, count - sent))
            connections += 1
            assert [peer.peer_id for peer in honest.network.peers()] == [victim.peer_id], f"seed {seed}"
        assert connections >= count // FRAMES_A_CONNECTION
        await eventually(lambda: len(victim.network.peers()) == 1 and held() == before)
        assert honest.network.peers()[0].since == since, f"seed {seed}: the honest peer was disturbed"
        told.cancel()
        assert victim.network.send(honest.peer_id, Kind.CONSENSUS, b"as before")
        assert (await honest.frame()).payload == b"as before"
    print(f"seed {seed}: {sent} frames over {connections} connections")


async def _throw(bad: Any, random: Random, count: int) -> int:
    """Sends until hung up on; how many frames were sent, at least one."""
    sent = 0
    try:
        sent += 1
        if random.random() < 0.3:
            await _botched_handshake(bad, random)
            return sent
        await bad.shake_hands()
        while sent < count and not bad.over.is_set():
            kind = random.choice(list(Kind))
            lane = LANE_OF[kind] if random.random() < 0.9 else random.choice(list(Lane))
            await bad.streams[lane].send(_mutated(_good(kind, random), random))
            sent += 1
    except NetworkError:
        pass  # dropped, as it should be
    return sent


async def _botched_handshake(bad: Any, random: Random) -> None:
    hello = encode_greeting(Greeting(bad.hello, bytes(16), bytes(CHALLENGE_LENGTH)))
    await bad.open(Lane.CONTROL)
    if random.random() < 0.5:
        await bad.streams[Lane.CONTROL].send(_mutated(encode_frame(Kind.HELLO, hello), random))
    else:
        await bad.say(Kind.HELLO, hello)
        await bad.hear()
        await bad.streams[Lane.CONTROL].send(_mutated(_good(Kind.PROOF, random), random))
    with trio.move_on_after(0.02):
        while True:
            await bad.hear()


def _good(kind: Kind, random: Random) -> bytes:
    return encode_frame(kind, random.randbytes(random.randint(0, min(LIMIT_OF[kind], 300))))


def _mutated(frame: bytes, random: Random) -> bytes:
    data = bytearray(frame)
    match random.randrange(6):
        case 0:
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
        case 1:
            data[random.randrange(HEADER.size)] = random.randrange(256)
        case 2:
            del data[random.randrange(len(data)) :]
        case 3:
            data[random.randrange(len(data) + 1) :] = random.randbytes(random.randint(1, 40))
        case 4:
            HEADER.pack_into(data, 0, random.choice((0, len(frame), 2**23, 2**23 + 1, 2**32 - 1)), frame[4])
        case _:
            data *= 2
            del data[: random.randrange(len(frame))]
    return bytes(data)
