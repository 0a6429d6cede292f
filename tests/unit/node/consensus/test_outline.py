"""The outline of a message is that of the message, and what a stranger hangs on it costs nothing to refuse."""

from contextlib import suppress
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.consensus import MalformedMessage, Message, Proposal
from node.consensus.messages import decode_message, encode_message
from node.consensus.outline import MAX_JUSTIFICATION_BYTES, MAX_SAID_BYTES, check_block, decode_outlined, peek_message
from node.primitives.block import Block, decode_block
from node.primitives.errors import RlpError
from node.primitives.rlp import as_list, decode, encode
from node.primitives.types import Hash32
from tests.scenarios import cast
from tests.unit.node.consensus.test_messages import messages


def any_block(raw: bytes, digest: Hash32) -> Block:
    return decode_block(raw)


@given(messages)
def test_an_outline_says_what_the_message_says(message: Message) -> None:
    outline = peek_message(encode_message(message))
    assert (outline.code, outline.height, outline.round) == (message.code, message.height, message.round)
    assert (encode(outline.payload), outline.signature) == (encode(message.payload), message.signature)
    assert outline.digest == message.digest and outline.name == type(message).__name__


@given(messages, st.integers(0, 2**32))
def test_what_decodes_by_its_outline_decodes_to_the_same_message(message: Message, seed: int) -> None:
    random = Random(seed)
    raw = bytearray(encode_message(message))
    for _ in range(random.randrange(3)):
        raw[random.randrange(len(raw))] ^= 1 << random.randrange(8)
    with suppress(MalformedMessage):
        assert decode_outlined(peek_message(bytes(raw)), any_block) == decode_message(bytes(raw))


def test_a_long_head_is_not_looked_into() -> None:
    with pytest.raises(MalformedMessage, match=f"the limit is {MAX_SAID_BYTES}"):
        peek_message(encode([b"\x13", [b"\x01"] * 600, bytes(65)]))


def test_a_long_justification_is_not_looked_into() -> None:
    block = cast.empty_block(1, cast.GENESIS, cast.address("A"))
    items = as_list(decode(encode_message(Proposal(1, 0, block.hash, block, signature=bytes(65)))))
    items[5] = [b"\x01"] * (MAX_JUSTIFICATION_BYTES + 1)
    with pytest.raises(MalformedMessage, match=f"the limit is {MAX_JUSTIFICATION_BYTES}"):
        decode_outlined(peek_message(encode(items)), any_block)


def test_more_transactions_than_the_gas_of_the_block_allows_are_not_counted() -> None:
    block = cast.empty_block(1, cast.GENESIS, cast.address("A"))
    items = as_list(decode(_encoded(block)))
    items[1] = [b"\x01"] * 100_000
    with pytest.raises(RlpError, match="expected a list of at most"):
        check_block(encode(items), block.hash)


def _encoded(block: Block) -> bytes:
    outline = peek_message(encode_message(Proposal(1, 0, block.hash, block, signature=bytes(65))))
    return outline.attached[0]
