"""What a validator may sign, and that it remembers across a restart."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.consensus import (
    HeadView,
    Message,
    Qbft,
    SignState,
    SignStateDamaged,
    SignStateMismatch,
    Timing,
    decode_sign_state,
    encode_sign_state,
)
from node.consensus.messages import PreparedCertificate
from node.primitives.types import Hash32
from tests.scenarios import cast

ME = cast.address("A")
X, Y = (cast.empty_block(1, cast.GENESIS, ME, label) for label in (b"X", b"Y"))
PROOF = PreparedCertificate(0, X, tuple(cast.prepare(who, 1, 0, X.hash) for who in cast.validators(3)))


def everything() -> SignState:
    """Prepared in round 0, on to round 1, there the proposer."""
    change = cast.round_change(ME, 1, 1, PROOF)
    return (
        SignState(1)
        .record(cast.proposal(ME, 0, X))
        .record(cast.prepare(ME, 1, 0, X.hash))
        .record(cast.commit(ME, 1, 0, X.hash), PROOF)
        .record(change)
        .record(cast.proposal(ME, 1, X, (change,), PROOF.prepares))
        .record(cast.prepare(ME, 1, 1, X.hash))
    )


def test_round_trip_at_every_step() -> None:
    state = everything()
    for kept in (
        SignState(1),
        replace(state, prepare=None, proposal=None),
        replace(state, prepared=None, commit=None, round_change=None),
        state,
    ):
        assert decode_sign_state(encode_sign_state(kept)) == kept


def test_a_block_is_stored_once() -> None:
    """It stands in the Proposal, in the RoundChange and in the prepared certificate."""
    assert encode_sign_state(everything()).count(X.header.extra_data) == 1


def test_what_others_still_need_is_kept() -> None:
    kinds = [(type(message).__name__, message.round) for message in everything().messages()]
    assert kinds == [("RoundChange", 1), ("Proposal", 1), ("Prepare", 1), ("Commit", 0)]


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (cast.prepare(ME, 1, 0, X.hash), "below the highest signed round"),
        (cast.prepare(ME, 1, 1, Y.hash), "a second statement"),
        (cast.prepare(ME, 1, 1, X.hash), "a second statement"),
        (cast.proposal(ME, 1, Y), "a second statement"),
        (cast.round_change(ME, 1, 1), "a second statement"),
        (cast.commit(ME, 1, 0, Y.hash), "below the highest signed round"),
        (cast.prepare(ME, 2, 1, X.hash), "another height"),
    ],
)
def test_signing_twice_is_impossible(message: Message, why: str) -> None:
    with pytest.raises(AssertionError, match=why):
        everything().record(message, PROOF)


def test_a_commit_without_its_prepares_is_impossible() -> None:
    with pytest.raises(AssertionError):
        SignState(1).record(cast.commit(ME, 1, 0, X.hash))
    with pytest.raises(AssertionError):
        SignState(1).record(cast.commit(ME, 1, 0, Y.hash), PROOF)


@given(st.data())
def test_damage_is_named(data: st.DataObject) -> None:
    raw = encode_sign_state(everything())
    cut = data.draw(st.integers(0, len(raw) - 1))
    with pytest.raises(SignStateDamaged):
        decode_sign_state(raw[:cut])


def test_a_missing_block_is_named() -> None:
    raw = encode_sign_state(replace(everything(), prepared=None))
    with pytest.raises(SignStateDamaged, match="lacks the block"):
        decode_sign_state(raw.replace(X.hash, b"\0" * 32))


def machine(sign_state: SignState | None, genesis: Hash32 = cast.GENESIS, chain_id: int = cast.CHAIN_ID) -> Qbft:
    return Qbft(
        address=ME,
        signatures=cast.StubSignatures(ME),
        chain_id=chain_id,
        genesis_hash=genesis,
        timing=Timing(1_000, 60_000, 1_000, 5_000),
        head=HeadView(0, cast.GENESIS, None, cast.validators(4)),
        sign_state=sign_state,
    )


def test_the_sign_state_of_another_key_or_chain_is_refused() -> None:
    machine(everything())
    foreign = SignState(1).record(cast.prepare(cast.address("B"), 1, 0, X.hash))
    with pytest.raises(SignStateMismatch):
        machine(foreign)
    with pytest.raises(SignStateMismatch):
        machine(everything(), chain_id=8)
    with pytest.raises(SignStateMismatch):
        machine(everything(), X.hash)
