"""The greeting's bytes, and the judgement over it."""

import contextlib
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.network.errors import HandshakeRefused, MalformedHandshake
from node.network.handshake import (
    MAX_ADDRESS,
    MAX_NAME,
    MAX_SETTINGS,
    Greeting,
    Hello,
    check_hello,
    check_proof,
    decode_greeting,
    decode_refusal,
    encode_greeting,
    encode_refusal,
    proof_digest,
)
from node.network.identity import NodeIdentity
from node.primitives.keys import PrivateKey
from node.primitives.rlp import encode
from node.primitives.types import Address, Hash32

KEY = PrivateKey(b"\x01" * 32)
SIGNER = NodeIdentity(b"\x01" * 32).peer_id
VERIFIER = NodeIdentity(b"\x02" * 32).peer_id
CHALLENGE = b"c" * 32
OURS = Hello(
    chain_id=7,
    genesis_hash=Hash32(b"g" * 32),
    rules_hash=Hash32(b"r" * 32),
    name="jiaozi/0.1.0",
    listen_address="/ip4/10.0.0.1/tcp/30303",
    head=41,
    validator=KEY.address,
    settings=(("block period ms", "1000"), ("pool size", "4096")),
)
THEIRS = replace(OURS, validator=Address(b"v" * 20), name="another", head=0, listen_address="")


def _text(limit: int) -> st.SearchStrategy[str]:
    printable = st.characters(codec="utf-8").filter(str.isprintable)
    return st.text(printable, max_size=limit).filter(lambda text: len(text.encode()) <= limit)


HASHES = st.binary(min_size=32, max_size=32).map(Hash32)
UINT64 = st.integers(0, 2**64 - 1)
ADDRESSES = st.none() | st.binary(min_size=20, max_size=20).map(Address)
SETTINGS = st.lists(st.tuples(_text(MAX_NAME), _text(MAX_NAME)), max_size=4).map(tuple)
HELLOS = st.builds(Hello, UINT64, HASHES, HASHES, _text(MAX_NAME), _text(MAX_ADDRESS), UINT64, ADDRESSES, SETTINGS)
GREETINGS = st.builds(Greeting, HELLOS, st.binary(min_size=16, max_size=16), HASHES)


@given(GREETINGS)
def test_a_greeting_read_back_is_the_same(greeting: Greeting) -> None:
    assert decode_greeting(encode_greeting(greeting)) == greeting


@given(st.binary(max_size=300))
def test_any_bytes_are_a_greeting_or_a_typed_error(data: bytes) -> None:
    with pytest.raises((MalformedHandshake, HandshakeRefused)):
        decode_greeting(data)


@given(GREETINGS, st.data())
def test_a_damaged_greeting_is_another_greeting_or_a_typed_error(greeting: Greeting, data: st.DataObject) -> None:
    damaged = bytearray(encode_greeting(greeting))
    position = data.draw(st.integers(0, len(damaged) - 1))
    damaged[position] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(MalformedHandshake, HandshakeRefused):
        assert decode_greeting(bytes(damaged)) != greeting


@pytest.mark.parametrize(
    "hello",
    [
        replace(OURS, name="x" * (MAX_NAME + 1)),
        replace(OURS, listen_address="x" * (MAX_ADDRESS + 1)),
        replace(OURS, name="two\nlines"),
        replace(OURS, name="\x1b[31mred"),
        replace(OURS, chain_id=2**64),
        replace(OURS, genesis_hash=Hash32(b"short")),
        replace(OURS, validator=Address(b"short")),
        replace(OURS, settings=(("a", "b"),) * (MAX_SETTINGS + 1)),
    ],
)
def test_what_is_out_of_bounds_is_malformed(hello: Hello) -> None:
    with pytest.raises(MalformedHandshake):
        decode_greeting(encode_greeting(Greeting(hello, bytes(16), CHALLENGE)))


@pytest.mark.parametrize(
    ("theirs", "field", "shown"),
    [
        (replace(THEIRS, protocol_version=2), "protocol version", ("1", "2")),
        (replace(THEIRS, chain_id=8), "chain id", ("7", "8")),
        (replace(THEIRS, genesis_hash=Hash32(b"x" * 32)), "genesis hash", ("0x" + "67" * 32, "0x" + "78" * 32)),
        (replace(THEIRS, rules_hash=Hash32(b"x" * 32)), "consensus rules", ("0x" + "72" * 32, "0x" + "78" * 32)),
    ],
)
def test_a_difference_that_matters_names_itself(theirs: Hello, field: str, shown: tuple[str, str]) -> None:
    with pytest.raises(HandshakeRefused) as caught:
        check_hello(OURS, theirs)
    assert (caught.value.field, caught.value.ours, caught.value.theirs) == (field, *shown)


def test_another_version_is_named_even_if_the_rest_cannot_be_read() -> None:
    with pytest.raises(HandshakeRefused, match=r"protocol version differs: 1 .* 9"):
        decode_greeting(encode([b"\x09", [b"from the future"], b"", b""]))


def test_one_validator_key_on_two_nodes_is_refused() -> None:
    with pytest.raises(HandshakeRefused, match="runs on one node only"):
        check_hello(OURS, replace(THEIRS, validator=OURS.validator))


def test_two_nodes_without_validators_get_along() -> None:
    assert check_hello(replace(OURS, validator=None), replace(THEIRS, validator=None)) == ()


def test_other_differences_only_warn() -> None:
    theirs = replace(THEIRS, settings=(("block period ms", "200"), ("unheard of", "1")))
    assert check_hello(OURS, theirs) == ("block period ms is 1000 here and 200 there",)


def _proof(key: PrivateKey = KEY, challenge: bytes = CHALLENGE, hello: Hello = OURS) -> bytes:
    return key.sign(proof_digest(SIGNER, VERIFIER, hello, challenge))


def _check(proof: bytes, claimed: Address | None = KEY.address, challenge: bytes = CHALLENGE) -> None:
    greeting = Greeting(replace(OURS, validator=claimed), bytes(16), b"t" * 32)
    check_proof(proof, SIGNER, VERIFIER, greeting, challenge)


def test_the_validator_key_proves_itself_over_our_challenge() -> None:
    _check(_proof())


def test_a_node_that_claims_no_validator_proves_none() -> None:
    _check(b"", claimed=None)


@pytest.mark.parametrize(
    "proof",
    [
        b"",
        b"\0" * 65,
        b"\xff" * 65,
        _proof()[:-1],
        _proof() + b"\0",
        _proof(key=PrivateKey(b"\x02" * 32)),
        _proof(challenge=b"d" * 32),
        _proof(hello=replace(OURS, chain_id=8)),
        _proof(hello=replace(OURS, genesis_hash=Hash32(bytes(32)))),
        KEY.sign(proof_digest(VERIFIER, SIGNER, OURS, CHALLENGE)),
        KEY.sign(proof_digest(SIGNER, NodeIdentity(b"\x03" * 32).peer_id, OURS, CHALLENGE)),
    ],
    ids=[
        "none",
        "zeros",
        "ones",
        "short",
        "long",
        "other key",
        "other challenge",
        "other chain",
        "other genesis",
        "reflected",
        "meant for another",
    ],
)
def test_no_other_signature_is_a_proof(proof: bytes) -> None:
    with pytest.raises(HandshakeRefused, match="validator signature"):
        _check(proof)


def test_a_proof_without_a_claim_is_refused() -> None:
    with pytest.raises(HandshakeRefused, match="claims no validator"):
        _check(_proof(), claimed=None)


@given(st.text(max_size=700), st.text(max_size=700), st.text(max_size=40))
def test_any_reason_can_be_told(field: str, ours: str, theirs: str) -> None:
    told = decode_refusal(encode_refusal(HandshakeRefused(field, ours, theirs)))
    assert str(told).isprintable()
    if all(text.isprintable() and len(text.encode()) <= 512 for text in (field, ours, theirs)):
        assert (told.field, told.ours, told.theirs) == (field, ours, theirs)


@given(st.binary(max_size=100))
def test_any_bytes_are_a_refusal_or_malformed(data: bytes) -> None:
    with contextlib.suppress(MalformedHandshake):
        assert encode_refusal(decode_refusal(data)) == data


def test_pure_parts_do_not_load_libp2p() -> None:
    modules = "frames, handshake, events, config, identity, errors, queues, redial"
    check = f"from node.network import {modules}; import sys; sys.exit('libp2p' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], timeout=30, check=False).returncode == 0
