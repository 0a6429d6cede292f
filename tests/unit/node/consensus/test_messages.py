"""The wire form: a round trip is the identity, and anything else is a MalformedMessage."""

from contextlib import suppress
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.consensus import Commit, MalformedMessage, Message, Prepare, Proposal, RoundChange
from node.consensus.messages import MAX_JUSTIFICATION, Prepared, PreparedCertificate, decode_message, encode_message
from node.primitives.block import block_items
from node.primitives.rlp import Item, encode
from node.primitives.types import UINT64_MAX
from tests.scenarios import cast

numbers = st.integers(0, UINT64_MAX)
hashes = st.binary(min_size=32, max_size=32)
signatures = st.binary(min_size=65, max_size=65)
blocks = st.builds(
    cast.empty_block, numbers, hashes, st.binary(min_size=20, max_size=20), st.binary(max_size=32), numbers
)
prepares = st.builds(Prepare, numbers, numbers, hashes, signatures)
claims = st.none() | st.builds(Prepared, numbers, hashes)
bare_changes = st.builds(RoundChange, numbers, numbers, claims, st.none(), st.just(()), signatures)
several = st.lists(prepares, max_size=3).map(tuple)
messages = st.one_of(
    prepares,
    st.builds(Commit, numbers, numbers, hashes, signatures, signatures),
    bare_changes,
    st.builds(RoundChange, numbers, numbers, claims, blocks, several, signatures),
    st.builds(
        Proposal, numbers, numbers, hashes, blocks, st.lists(bare_changes, max_size=3).map(tuple), several, signatures
    ),
)


@given(messages)
def test_a_message_comes_back_as_it_went(message: Message) -> None:
    assert decode_message(encode_message(message)) == message


@given(st.binary(max_size=300))
def test_noise_is_malformed(noise: bytes) -> None:
    with pytest.raises(MalformedMessage):
        decode_message(noise)


@given(messages, st.integers(0, 2**32))
def test_a_mutated_message_is_another_message_or_malformed(message: Message, seed: int) -> None:
    random = Random(seed)
    raw = bytearray(encode_message(message))
    for _ in range(random.randrange(1, 4)):
        raw[random.randrange(len(raw))] ^= 1 << random.randrange(8)
    with suppress(MalformedMessage):
        assert encode_message(decode_message(bytes(raw))) == bytes(raw)


HASH, SIGNATURE, BLOCK = b"\x11" * 32, b"\x22" * 65, block_items(cast.empty_block(1, cast.GENESIS, cast.address("A")))
VOTE: list[Item] = [b"\x01", b"", HASH]


@pytest.mark.parametrize(
    ("items", "complaint"),
    [
        (b"\x13", "expected a list, found a byte string"),
        ([], "expected at least code, payload and signature, found 0 items"),
        ([b"\x13", VOTE], "expected at least code, payload and signature, found 2 items"),
        ([b"\x11", VOTE, SIGNATURE], "code 0x11 is no consensus message"),
        ([b"\x16", VOTE, SIGNATURE], "code 0x16 is no consensus message"),
        ([b"\x00\x13", VOTE, SIGNATURE], "integer with leading zeros"),
        ([[], VOTE, SIGNATURE], "expected a byte string, found a list"),
        ([b"\x13", VOTE, SIGNATURE, b""], "expected a list of 3 items, found 4"),
        ([b"\x13", [b"\x01", b""], SIGNATURE], "expected a list of 3 items, found 2"),
        ([b"\x13", [b"\x01", b"", HASH[:31]], SIGNATURE], "expected 32 bytes, found 31"),
        ([b"\x13", [b"\x01", b"\x00", HASH], SIGNATURE], "integer with leading zeros"),
        ([b"\x13", [b"\x01", b"\x01" * 9, HASH], SIGNATURE], "integer over 0xffffffffffffffff"),
        ([b"\x13", VOTE, SIGNATURE[:64]], "expected 65 bytes, found 64"),
        ([b"\x13", HASH, SIGNATURE], "expected a list, found a byte string"),
        ([b"\x14", VOTE, SIGNATURE], "expected a list of 4 items, found 3"),
        ([b"\x14", [*VOTE, b""], SIGNATURE], "expected 65 bytes, found 0"),
        ([b"\x15", [b"\x01", b"\x01", []], SIGNATURE], "expected a list of 4 items, found 3"),
        ([b"\x15", [b"\x01", b"\x01", [b"", HASH, b""]], SIGNATURE, []], "expected a list of 2 items, found 3"),
        ([b"\x15", [b"\x01", b"\x01", []], SIGNATURE, [BLOCK]], "expected a list of 2 items, found 1"),
        ([b"\x15", [b"\x01", b"\x01", []], SIGNATURE, [b"", []]], "expected a list, found a byte string"),
        ([b"\x12", VOTE, SIGNATURE, BLOCK, []], "expected a list of 6 items, found 5"),
        ([b"\x12", VOTE, SIGNATURE, [], [], []], "expected a list of 4 items, found 0"),
        ([b"\x12", VOTE, SIGNATURE, BLOCK, [[VOTE]], []], "expected a list of 2 items, found 1"),
        (
            [b"\x12", VOTE, SIGNATURE, BLOCK, [], [[VOTE, SIGNATURE]] * (MAX_JUSTIFICATION + 1)],
            "a justification of 1025 messages, the limit is 1024",
        ),
    ],
)
def test_malformed(items: Item, complaint: str) -> None:
    with pytest.raises(MalformedMessage) as refusal:
        decode_message(encode(items))
    assert str(refusal.value) == f"consensus message: {complaint}"


def test_a_bare_round_change_claims_but_does_not_prove() -> None:
    block = cast.empty_block(1, cast.GENESIS, cast.address("A"))
    who = cast.address("B")
    proof = PreparedCertificate(0, block, tuple(cast.prepare(v, 1, 0, block.hash) for v in cast.validators(3)))
    whole = cast.round_change(who, 1, 1, proof)
    inside = cast.proposal(who, 1, block, (whole,), proof.prepares).round_changes[0]
    assert inside.block is None and inside.prepares == ()
    assert (inside.prepared, inside.payload, inside.signature) == (whole.prepared, whole.payload, whole.signature)
