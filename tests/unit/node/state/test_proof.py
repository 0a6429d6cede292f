"""`prove` believes true proofs and no others: it reads bytes from strangers."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.primitives.hashing import keccak
from node.primitives.rlp import encode, encode_int
from node.state import ordered_proof, ordered_root, prove
from node.state.errors import InvalidProof

ITEMS = [keccak(encode_int(index)) * 3 for index in range(200)]
ROOT = ordered_root(ITEMS)


@given(index=st.integers(0, 199))
def test_a_list_entry_is_proven(index: int) -> None:
    assert prove(ROOT, _key(index), ordered_proof(ITEMS, index)) == ITEMS[index]


def test_absence_is_proven() -> None:
    assert prove(ROOT, _key(200), ordered_proof(ITEMS, 200)) is None


def test_a_proof_for_another_root_or_key_is_refused() -> None:
    proof = ordered_proof(ITEMS, 5)
    with pytest.raises(InvalidProof, match="lacks node"):
        prove(keccak(b"another"), _key(5), proof)
    with pytest.raises(InvalidProof, match="lacks node"):
        prove(ROOT, _key(150), proof)


def test_a_proof_with_a_node_too_few_or_too_many_is_refused() -> None:
    proof = ordered_proof(ITEMS, 5)
    with pytest.raises(InvalidProof, match="lacks node"):
        prove(ROOT, _key(5), proof[:-1])
    with pytest.raises(InvalidProof, match="not on the way"):
        prove(ROOT, _key(5), (*proof, ordered_proof(ITEMS, 150)[-1]))


def test_a_key_that_ends_inside_the_trie_is_refused() -> None:
    with pytest.raises(InvalidProof, match="past the key"):
        prove(ROOT, b"", ordered_proof(ITEMS, 5))


@settings(deadline=None)
@given(index=st.integers(0, 199), which=st.integers(0, 9), at=st.integers(0, 10_000), flip=st.integers(1, 255))
def test_one_altered_byte_proves_nothing(index: int, which: int, at: int, flip: int) -> None:
    proof = [bytearray(raw) for raw in ordered_proof(ITEMS, index)]
    raw = proof[which % len(proof)]
    raw[at % len(raw)] ^= flip
    with pytest.raises(InvalidProof):
        prove(ROOT, _key(index), [bytes(node) for node in proof])


@settings(max_examples=300, deadline=None)
@given(
    item=st.recursive(
        st.binary(max_size=34) | st.just(bytes(32)), lambda inner: st.lists(inner, max_size=17), max_leaves=20
    )
)
def test_a_forged_root_node_never_breaks_the_reader(item: object) -> None:
    """Whoever made a root up may hand over whatever hashes to it: InvalidProof is the only error."""
    raw = encode(item)  # type: ignore[arg-type]  # nested lists of bytes, which the checker cannot follow
    with contextlib.suppress(InvalidProof):
        prove(keccak(raw), keccak(b"key"), [raw])


def _key(index: int) -> bytes:
    return encode(encode_int(index))
