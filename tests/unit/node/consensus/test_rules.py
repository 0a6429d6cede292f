"""The small rules on their own: turns, timeouts, quorums, who is bound to what by a signature."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.consensus import HeadView, Timing, proposer
from node.consensus.messages import Commit, Prepare
from node.consensus.signing import Signing
from node.primitives.certificate import max_faulty, quorum
from node.primitives.errors import InvalidSignature
from node.primitives.hashing import keccak
from node.primitives.keys import PrivateKey, recover_address
from node.primitives.types import UINT64_MAX, Address, Hash32
from tests.scenarios import cast

A, B, C, D, E = cast.validators(5)


@pytest.mark.parametrize(
    ("last", "validators", "turns"),
    [
        (None, (A, B, C, D), (A, B, C, D, A)),
        (A, (A, B, C, D), (B, C, D, A, B)),
        (D, (A, B, C, D), (A, B, C, D, A)),
        (B, (A, C, D), (C, D, A, C, D)),
        (E, (A, B), (A, B, A, B, A)),
        (A, (C,), (C, C, C, C, C)),
    ],
)
def test_turns(last: Address | None, validators: tuple[Address, ...], turns: tuple[Address, ...]) -> None:
    head = HeadView(9, cast.GENESIS, last, validators)
    assert tuple(proposer(round_, head) for round_ in range(5)) == turns


def test_timeouts_double_up_to_the_cap() -> None:
    timing = Timing(1_000, 60_000, base_timeout_ms=1_000, timeout_cap_ms=5_000)
    assert [timing.round_timeout_ms(round_) for round_ in range(5)] == [1_000, 2_000, 4_000, 5_000, 5_000]
    assert timing.round_timeout_ms(UINT64_MAX) == 5_000


@given(st.integers(1, 1_000))
def test_two_quorums_share_an_honest_validator(count: int) -> None:
    assert 2 * quorum(count) - count > max_faulty(count)
    assert quorum(count) <= count - max_faulty(count)


class Secp256k1:
    def __init__(self, key: PrivateKey) -> None:
        self.sign = key.sign

    def recover(self, digest: Hash32, signature: bytes) -> Address:
        return recover_address(digest, signature)


def test_a_signature_is_bound_to_chain_genesis_kind_and_content() -> None:
    key = PrivateKey(b"\x07" * 32)
    here = Signing(Secp256k1(key), 1, keccak(b"here"))
    prepare = here.sign(Prepare(5, 2, keccak(b"block")))
    assert here.author(prepare) == key.address
    assert Signing(Secp256k1(key), 2, keccak(b"here")).author(prepare) != key.address
    assert Signing(Secp256k1(key), 1, keccak(b"there")).author(prepare) != key.address
    for other in (
        Prepare(6, 2, prepare.digest, prepare.signature),
        Prepare(5, 3, prepare.digest, prepare.signature),
        Prepare(5, 2, keccak(b"another"), prepare.signature),
        Commit(5, 2, prepare.digest, bytes(65), prepare.signature),
    ):
        assert here.author(other) != key.address


def test_a_seal_is_bound_to_its_block_and_round() -> None:
    key = PrivateKey(b"\x07" * 32)
    here = Signing(Secp256k1(key), 1, keccak(b"here"))
    seal = here.seal(keccak(b"block"), 0)
    assert here.sealer(keccak(b"block"), 0, seal) == key.address
    assert here.sealer(keccak(b"block"), 1, seal) != key.address
    assert here.sealer(keccak(b"another"), 0, seal) != key.address


def test_no_signature_is_no_author() -> None:
    here = Signing(Secp256k1(PrivateKey(b"\x07" * 32)), 1, keccak(b"here"))
    with pytest.raises(InvalidSignature):
        here.author(Prepare(5, 2, keccak(b"block"), bytes(65)))
