"""Peer ids and multiaddrs are libp2p's, though computed here."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from libp2p.crypto.ed25519 import create_new_key_pair
from libp2p.peer.id import ID

from node.network.errors import InvalidAddress
from node.network.identity import (
    NodeIdentity,
    PeerAddress,
    PeerId,
    multiaddr,
    parse_multiaddr,
    peer_id_bytes,
)

SOMEBODY = NodeIdentity(bytes(range(32))).peer_id


@given(st.binary(min_size=32, max_size=32))
def test_the_peer_id_is_the_one_libp2p_computes(seed: bytes) -> None:
    theirs = ID.from_pubkey(create_new_key_pair(seed).public_key) if any(seed) else None
    ours = NodeIdentity(seed).peer_id
    if theirs is not None:
        assert ours == theirs.to_base58() and peer_id_bytes(ours) == theirs.to_bytes()
    assert ours.startswith("12D3KooW")


def test_a_seed_is_32_bytes_and_stays_out_of_logs() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        NodeIdentity(b"short")
    assert "AAAA" not in repr(NodeIdentity(b"A" * 32))


@given(st.ip_addresses().map(str) | st.from_regex(r"[a-z]{1,10}(\.[a-z]{1,5})?", fullmatch=True), st.integers(1, 65535))
def test_a_multiaddr_read_back_is_the_same(host: str, port: int) -> None:
    assert parse_multiaddr(multiaddr(host, port, SOMEBODY)) == PeerAddress(host, port, SOMEBODY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "127.0.0.1:30303",
        "/ip4/127.0.0.1/tcp/30303",
        f"/ip4/127.0.0.1/udp/30303/p2p/{SOMEBODY}",
        f"/ip4/300.0.0.1/tcp/30303/p2p/{SOMEBODY}",
        f"/ip6/127.0.0.1/tcp/30303/p2p/{SOMEBODY}",
        f"/dns4//tcp/30303/p2p/{SOMEBODY}",
        f"/ip4/127.0.0.1/tcp/0/p2p/{SOMEBODY}",
        f"/ip4/127.0.0.1/tcp/65536/p2p/{SOMEBODY}",
        f"/ip4/127.0.0.1/tcp/-1/p2p/{SOMEBODY}",
        f"/ip4/127.0.0.1/tcp/²/p2p/{SOMEBODY}",
        f"/ip4/127.0.0.1/tcp/1/p2p/{SOMEBODY}/p2p-circuit",
        "/ip4/127.0.0.1/tcp/1/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N",
        "/ip4/127.0.0.1/tcp/1/p2p/0OIl",
    ],
)
def test_anything_else_is_no_multiaddr(text: str) -> None:
    with pytest.raises(InvalidAddress):
        parse_multiaddr(text)


@given(st.text(max_size=60))
def test_any_text_is_a_peer_id_or_an_invalid_address(text: str) -> None:
    with contextlib.suppress(InvalidAddress):
        assert len(peer_id_bytes(PeerId(text))) == 38
