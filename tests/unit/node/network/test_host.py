"""Nodes that mean well: they find each other, exchange frames in order, and come and go."""

from typing import Any

import pytest
import trio

from node.network.config import NetworkConfig
from node.network.errors import FrameTooLarge, InvalidAddress, ListenFailed, MalformedHandshake, UnexpectedKind
from node.network.events import Direction
from node.network.frames import LIMIT_OF, Kind
from node.network.handshake import Hello
from node.network.host import Network
from node.network.identity import multiaddr, parse_multiaddr
from tests.ports import free_ports

FRAMES = 1_000


async def _send_all(sender: Any, receiver: Any, kind: Kind) -> None:
    for number in range(FRAMES):
        while not sender.network.send(receiver.peer_id, kind, number.to_bytes(4, "big") * 64):
            await trio.lowlevel.checkpoint()
        if number % 50 == 0:  # the urgent queue sheds rather than refuses: give it time, as consensus does
            await trio.lowlevel.checkpoint()


async def _receive_all(receiver: Any, senders: int) -> dict[str, list[int]]:
    got: dict[str, list[int]] = {}
    for _ in range(FRAMES * senders):
        frame = await receiver.frame()
        got.setdefault(frame.peer, []).append(int.from_bytes(frame.payload[:4], "big"))
    return got


@pytest.mark.parametrize("kind", [Kind.CONSENSUS, Kind.TRANSACTIONS])
async def test_two_nodes_exchange_frames_in_order(opened: Any, kind: Kind) -> None:
    async with opened() as cast:
        first, second = await cast.pair()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_send_all, first, second, kind)
            nursery.start_soon(_send_all, second, first, kind)
            got = await _receive_all(first, 1) | await _receive_all(second, 1)
    assert got == {peer.peer_id: list(range(FRAMES)) for peer in (first, second)}


async def test_four_nodes_that_all_dial_each_other_have_one_connection_a_pair(opened: Any, eventually: Any) -> None:
    async with opened() as cast:
        ports = free_ports(4)
        everybody = tuple(multiaddr("127.0.0.1", port, cast.identity(n + 1).peer_id) for n, port in enumerate(ports))
        nodes = [await cast.node(n + 1, dials=everybody, port=port) for n, port in enumerate(ports)]
        for node in nodes:
            assert {(await node.joined()).peer for _ in range(3)} == {o.peer_id for o in nodes if o is not node}

        got: dict[int, dict[str, list[int]]] = {}

        async def collect(node: Any) -> None:
            got[node.number] = await _receive_all(node, 3)

        async with trio.open_nursery() as nursery:
            for node in nodes:
                nursery.start_soon(collect, node)
                for other in nodes:
                    if other is not node:
                        nursery.start_soon(_send_all, node, other, Kind.CONSENSUS)
        await eventually(lambda: all(len(node.network.peers()) == 3 for node in nodes))
        for node in nodes:
            expected = {other.peer_id: list(range(FRAMES)) for other in nodes if other is not node}
            assert got[node.number] == expected
            for peer in node.network.peers():
                other = next(o for o in nodes if o.peer_id == peer.peer_id)
                (mirrored,) = [p for p in other.network.peers() if p.peer_id == node.peer_id]
                assert {peer.direction, mirrored.direction} == {Direction.INBOUND, Direction.OUTBOUND}


async def test_simultaneous_dials_settle_on_a_connection_that_stays(opened: Any, eventually: Any) -> None:
    async with opened() as cast:
        ports = free_ports(2)
        both = tuple(multiaddr("127.0.0.1", port, cast.identity(n + 1).peer_id) for n, port in enumerate(ports))
        nodes = [await cast.node(n + 1, dials=both, port=port) for n, port in enumerate(ports)]
        for node in nodes:
            await node.joined()
        before = [(node.network.peers()[0].since, node.network.dials()[0].attempts) for node in nodes]
        for number in range(200):
            assert nodes[0].network.send(nodes[1].peer_id, Kind.STATUS, bytes([number]))
            assert (await nodes[1].frame()).payload == bytes([number])
        after = [(node.network.peers()[0].since, node.network.dials()[0].attempts) for node in nodes]
        assert after == before


async def test_a_restarted_peer_is_back_and_its_absence_was_told(opened: Any) -> None:
    async with opened() as cast:
        first, second = await cast.pair()
        await first.stop()
        assert (await second.left()).peer == first.peer_id
        again = await cast.node(1, port=first.port)
        assert (await second.joined()).peer == again.peer_id
        await again.joined()
        assert second.network.send(again.peer_id, Kind.CONSENSUS, b"still here")
        assert (await again.frame()).payload == b"still here"


async def test_a_peer_restarted_before_its_old_connection_was_missed_replaces_it(opened: Any) -> None:
    """As after a power cut: the old connection stands open, and nobody speaks on it."""
    async with opened() as cast:
        members = sorted((cast.identity(n).peer_id, n) for n in (1, 2))
        arbiter = await cast.node(members[0][1])
        number = members[1][1]
        async with cast.adversary(arbiter, number) as ghost:
            await ghost.shake_hands()
            await arbiter.joined()
            await cast.node(number, dials=(arbiter.address,))
            assert (await arbiter.left()).reason == "the peer restarted"
            assert (await arbiter.joined()).peer == members[1][0]


async def test_a_second_connection_of_the_same_process_is_one_too_many(opened: Any) -> None:
    async with opened() as cast:
        number = max((1, 2), key=lambda n: cast.identity(n).peer_id)
        arbiter = await cast.node(3 - number)
        async with cast.adversary(arbiter, number) as first, cast.adversary(arbiter, number) as second:
            await first.shake_hands()
            await second.prove(await second.greet())
            answer = await second.hear()
            assert answer.kind is Kind.REFUSED and b"there is one already" in answer.payload
            assert len(arbiter.network.peers()) == 1


async def test_a_node_without_a_validator_key_is_a_peer_too(opened: Any) -> None:
    async with opened() as cast:
        first = await cast.node(1)
        await cast.node(2, dials=(first.address,), says={"validator": None})
        joined = await first.joined()
        assert joined.identity.validator is None and not joined.identity.configured


async def test_broadcast_reaches_all_or_the_validators_named(opened: Any) -> None:
    async with opened() as cast:
        centre = await cast.node(1)
        others = [await cast.node(n, dials=(centre.address,)) for n in (2, 3, 4)]
        for _ in others:
            await centre.joined()
        assert centre.network.broadcast(Kind.STATUS, b"all") == 3
        for other in others:
            assert (await other.frame()).payload == b"all"
        assert centre.network.broadcast(Kind.CONSENSUS, b"one", only={others[1].key.address}) == 1
        assert (await others[1].frame()).payload == b"one"


async def test_peers_shows_who_is_there(opened: Any, eventually: Any) -> None:
    async with opened() as cast:
        first, second = await cast.pair(ping_interval_ms=10)
        await eventually(lambda: second.network.peers()[0].rtt_ms is not None)
        (peer,) = second.network.peers()
        assert (peer.peer_id, peer.name, peer.validator, peer.head) == (first.peer_id, "node-1", first.key.address, 1)
        assert peer.direction is Direction.OUTBOUND and peer.configured and peer.address == first.address
        assert peer.bytes_in > 0 and peer.bytes_out > 0 and peer.queued_frames == 0
        second.network.note_head(first.peer_id, 99)
        assert second.network.peers()[0].head == 99


async def test_disconnect_tells_the_other_side_why_and_it_comes_back(opened: Any) -> None:
    async with opened() as cast:
        first, second = await cast.pair()
        first.network.disconnect(second.peer_id, "no longer on the list")
        assert (await first.left()).reason == "no longer on the list"
        assert (await second.left()).reason == "ended by the other side: no longer on the list"
        await first.joined()


async def test_what_is_not_there_cannot_be_sent_to(opened: Any) -> None:
    async with opened() as cast:
        first = await cast.node(1)
        assert not first.network.send(cast.identity(2).peer_id, Kind.STATUS, b"")
        assert first.network.broadcast(Kind.STATUS, b"") == 0
        first.network.disconnect(cast.identity(2).peer_id, "nobody")
        with pytest.raises(FrameTooLarge):
            first.network.send(cast.identity(2).peer_id, Kind.STATUS, bytes(LIMIT_OF[Kind.STATUS] + 1))
        with pytest.raises(UnexpectedKind):
            first.network.broadcast(Kind.HELLO, b"")


async def test_an_unreachable_peer_is_dialled_for_ever_and_says_so(opened: Any, eventually: Any) -> None:
    async with opened() as cast:
        (port,) = free_ports(1)
        lonely = await cast.node(1, dials=(multiaddr("127.0.0.1", port, cast.identity(2).peer_id),))
        await eventually(lambda: lonely.network.dials()[0].attempts >= 3)
        (dial,) = lonely.network.dials()
        assert not dial.is_connected and dial.last_failure.startswith("cannot be reached: ")
        await cast.node(2, port=port)
        await lonely.joined()
        (dial,) = lonely.network.dials()
        assert dial.is_connected and dial.last_failure == ""


async def test_ports_tasks_and_descriptors_are_free_after_the_end(opened: Any, held: Any) -> None:
    before = held()
    async with opened() as cast:
        first, second = await cast.pair()
        assert first.network.send(second.peer_id, Kind.STATUS, b"x")
        ports = [first.port, second.port]
    assert held() == before
    for port in ports:
        with pytest.raises(OSError):
            await trio.open_tcp_stream("127.0.0.1", port)
    async with opened() as cast:
        await cast.node(1, port=ports[0])


async def test_the_inbox_ends_when_the_network_does(opened: Any) -> None:
    async with opened() as cast:
        first, second = await cast.pair()
        await second.stop()
        assert (await first.left()).reason in ("closed by the other side", "the connection broke")
        rest = [event async for event in second.network.inbox]
        assert all(event.reason == "this node stops" for event in rest)


async def test_a_taken_port_is_named(opened: Any) -> None:
    async with opened() as cast:
        first = await cast.node(1)
        clash = Network(
            NetworkConfig("127.0.0.1", first.port), cast.identity(2), lambda: cast.hello(2), cast.key(2).sign, _anybody
        )
        with pytest.raises(ListenFailed, match=f"port {first.port}"):
            await clash.run()


async def test_what_peers_could_not_read_is_refused_before_it_is_said(opened: Any) -> None:
    async with opened() as cast:
        hello: Hello = cast.hello(1, name="a\nb")
        with pytest.raises(MalformedHandshake):
            Network(NetworkConfig("127.0.0.1", 0), cast.identity(1), lambda: hello, cast.key(1).sign, _anybody)
        with pytest.raises(InvalidAddress):
            Network(NetworkConfig("127.0.0.1", 0, ("/ip4/1.2.3.4",)), cast.identity(1), lambda: hello, None, _anybody)


async def test_a_node_ignores_its_own_address_among_its_peers(opened: Any) -> None:
    async with opened() as cast:
        (port,) = free_ports(1)
        own = multiaddr("127.0.0.1", port, cast.identity(1).peer_id)
        assert parse_multiaddr(own).port == port
        node = await cast.node(1, port=port, dials=(own,))
        assert node.network.dials() == ()


def _anybody(_: object) -> None:
    return None
