"""Who is not let in is told why, and both logs show it."""

import logging
from typing import Any

import pytest
import trio

from node.network.errors import LinkLost
from node.network.frames import Kind, Lane
from node.network.handshake import decode_refusal
from node.network.identity import multiaddr
from node.primitives.types import Hash32
from tests.ports import free_ports


@pytest.mark.parametrize(
    ("says", "words"),
    [
        ({"protocol_version": 2}, "protocol version differs: {ours} at the node that refuses, {theirs}"),
        ({"chain_id": 8}, "chain id differs: {ours} at the node that refuses, {theirs} at the one refused"),
        ({"genesis_hash": Hash32(b"x" * 32)}, "genesis hash differs: {ours} at the node that refuses, {theirs}"),
        ({"rules_hash": Hash32(b"x" * 32)}, "consensus rules differs: {ours} at the node that refuses, {theirs}"),
    ],
    ids=["protocol version", "chain id", "genesis hash", "consensus rules"],
)
async def test_a_difference_is_named_on_both_sides(
    opened: Any, caplog: pytest.LogCaptureFixture, says: dict[str, Any], words: str
) -> None:
    """Both judge, so both refuse and each names its own value first. A node of another version cannot be started
    here (there is only one), so the adversary plays it."""
    ((field, foreign),) = says.items()
    async with opened() as cast:
        home = await cast.node(1)
        ours, theirs = _shown(getattr(cast.hello(1), field)), _shown(foreign)
        if field == "protocol_version":
            async with cast.adversary(home, 2, **says) as stranger:
                await stranger.greet()
                refusal = decode_refusal((await stranger.hear()).payload)
                assert words.format(ours=ours, theirs=theirs) in str(refusal)
                await stranger.until_hung_up_after_refusing(refusal)
        else:
            guest = await cast.node(2, dials=(home.address,), says=says)
            assert words.format(ours=theirs, theirs=ours) in (await guest.refused()).reason
            assert words.format(ours=theirs, theirs=ours) in guest.network.dials()[0].last_failure
        refused = await home.refused()
        assert words.format(ours=ours, theirs=theirs) in refused.reason
        assert refused.peer == cast.identity(2).peer_id and refused.by_us
        assert home.network.peers() == ()
    assert words.format(ours=ours, theirs=theirs) in caplog.text
    if field != "protocol_version":
        assert words.format(ours=theirs, theirs=ours) in caplog.text


async def test_who_is_not_admitted_hears_the_reason(opened: Any, caplog: pytest.LogCaptureFixture) -> None:
    async with opened() as cast:
        home = await cast.node(1, admit=lambda peer: f"{peer.validator.hex()[:8]} is not on the list")
        guest = await cast.node(2, dials=(home.address,))
        reason = f"admission: {cast.key(2).address.hex()[:8]} is not on the list"
        at_home, abroad = await home.refused(), await guest.refused()
        assert (at_home.reason, at_home.by_us) == (reason, True)
        assert (abroad.reason, abroad.by_us) == (f"refused by the other side: {reason}", False)
        assert guest.network.peers() == home.network.peers() == ()
    lines = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert [line for line in lines if line.endswith(f": {reason}") and "refused by" not in line]
    assert [line for line in lines if f"refused by the other side: {reason}" in line]


async def test_admission_sees_the_proven_keys(opened: Any) -> None:
    seen = []
    async with opened() as cast:
        home = await cast.node(1, admit=lambda peer: seen.append(peer))
        await cast.node(2, dials=(home.address,))
        await home.joined()
        assert [(peer.peer_id, peer.validator) for peer in seen] == [
            (cast.identity(2).peer_id, cast.key(2).address),
        ]


async def test_a_claim_to_another_validator_is_refused(opened: Any) -> None:
    async with opened() as cast:
        home = await cast.node(1)
        claim = {"validator": cast.key(3).address}
        guest = await cast.node(2, dials=(home.address,), says=claim)
        words = f"validator signature: not one by 0x{cast.key(3).address.hex()}"
        assert words in (await home.refused()).reason
        assert words in (await guest.refused()).reason


async def test_our_own_validator_key_on_another_node_is_refused(opened: Any) -> None:
    async with opened() as cast:
        home = await cast.node(1)
        double = await cast.node(2, dials=(home.address,), says={"validator": cast.key(1).address})
        for node in (home, double):
            assert "a validator runs on one node only" in (await node.refused()).reason


async def test_a_recorded_handshake_is_worth_nothing(opened: Any) -> None:
    """The thief has the node key and a recording of a good handshake, but not the validator key."""
    async with opened() as cast:
        home = await cast.node(1)
        async with cast.adversary(home, 2) as honest:
            await honest.shake_hands()
            recording = honest.proof
        await home.joined()
        await home.left()
        async with cast.adversary(home, 2) as thief:
            await thief.greet()
            await thief.say(Kind.PROOF, recording)
            assert (await thief.hear()).kind is Kind.PROOF
            refusal = decode_refusal((await thief.hear()).payload)
        assert refusal.field == "validator signature" and "this connection's challenge" in refusal.ours
        assert (await home.refused()).peer == cast.identity(2).peer_id


async def test_nothing_is_taken_before_the_handshake_is_done(opened: Any) -> None:
    async with opened() as cast:
        home = await cast.node(1)
        async with cast.adversary(home) as eager:
            with pytest.raises(LinkLost):
                await eager.open(Lane.URGENT)
        assert "no control stream" in (await home.refused()).reason
        async with cast.adversary(home) as eager:
            await eager.greet()
            await eager.say(Kind.READY, b"")
            assert (await eager.hear()).kind is Kind.PROOF
            refusal = decode_refusal((await eager.hear()).payload)
        assert refusal.ours == "READY frame does not belong where PROOF is due"


async def test_when_all_places_are_taken_only_configured_peers_come_in(opened: Any) -> None:
    async with opened() as cast:
        (port,) = free_ports(1)
        friend = multiaddr("127.0.0.1", port, cast.identity(1).peer_id)
        home = await cast.node(2, max_peers=1, dials=(friend,))
        await cast.node(3, dials=(home.address,))
        await home.joined()
        late = await cast.node(4, dials=(home.address,))
        assert "all 1 places are taken" in (await late.refused()).reason
        await cast.node(1, port=port)
        assert (await home.joined()).identity.configured


async def test_a_different_setting_is_only_worth_a_warning(opened: Any, caplog: pytest.LogCaptureFixture) -> None:
    async with opened() as cast:
        first = await cast.node(1, says={"settings": (("block period ms", "1000"),)})
        await cast.node(2, dials=(first.address,), says={"settings": (("block period ms", "200"),)})
        await first.joined()
    assert "is set up differently: block period ms is 1000 here and 200 there" in caplog.text


async def test_who_is_silent_loses_its_place_in_time(opened: Any) -> None:
    async with opened() as cast:
        home = await cast.node(1, handshake_timeout_ms=100)
        async with cast.adversary(home) as silent:
            await silent.open(Lane.CONTROL)
            await silent.until_hung_up()
        assert (await home.refused()).reason == "no handshake within 100 ms"
        async with await trio.open_tcp_stream("127.0.0.1", home.port) as socket:
            assert (await home.refused()).reason == "no handshake within 100 ms"
            while await socket.receive_some():
                pass


async def test_the_oldest_stranger_gives_way_when_handshake_places_run_out(opened: Any) -> None:
    async with opened() as cast:
        home = await cast.node(1, max_pending_handshakes=2)
        silent = [await trio.open_tcp_stream("127.0.0.1", home.port) for _ in range(8)]
        guest = await cast.node(2, dials=(home.address,))
        await guest.joined()
        for socket in silent[:6]:
            while await socket.receive_some():
                pass
        for socket in silent:
            await socket.aclose()


def _shown(value: Any) -> str:
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)
