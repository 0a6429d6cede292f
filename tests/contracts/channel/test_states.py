"""Payments off the chain: what is accepted, what is given, and that a party which follows them cannot lose."""

import random

import pytest

from contracts import BadState
from contracts.channel_state import Newest, Signing, State
from contracts.typed_data import to_recoverable
from tests.contracts.channel.stage import ALICE, BOB, DEPOSIT, OPENING, PERIOD, STRANGER, Stage
from tests.contracts.placed import wait
from tests.contracts.signers import recover

SIGNING = Signing(1, b"\xc5" * 20, b"\1" * 32)


def received(newest: Newest, state: State, signer: object = ALICE) -> Newest:
    assert isinstance(signer, type(ALICE))
    return newest.receive(
        state, signer.sign(SIGNING.state(state)), signing=SIGNING, recover=recover, other=ALICE.address
    )


def test_payments_add_up_and_only_the_last_is_kept() -> None:
    payer = Newest.opened(is_payer=True, payer_deposit=DEPOSIT)
    payee = Newest.opened(is_payer=False, payer_deposit=DEPOSIT)
    for _ in range(20):
        payer = payer.give(3)
        payee = received(payee, payer.current)
    assert payee.proven == State(20, DEPOSIT - 60, 60)
    assert payee.conceded == DEPOSIT - 60
    assert payer.proven == OPENING
    assert payer.conceded == 60


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State(3, 600, 400), "is not later than 3"),
        (State(4, 700, 301), "does not add up"),
        (State(4, 701, 299), "would leave us 299 of 300"),
        (State(4, -1, 1_001), "would leave us"),
    ],
)
def test_what_is_not_accepted(state: State, words: str) -> None:
    payee = received(Newest.opened(is_payer=False, payer_deposit=DEPOSIT), State(3, 700, 300))
    with pytest.raises(BadState, match=words):
        payee.receive(state, b"", signing=SIGNING, recover=recover, other=ALICE.address)


def test_another_signature_is_not_accepted() -> None:
    with pytest.raises(BadState, match="is not signed by"):
        received(Newest.opened(is_payer=False, payer_deposit=DEPOSIT), State(1, 999, 1), STRANGER)


def test_nobody_gives_more_than_there_is_or_less_than_nothing() -> None:
    payer = Newest.opened(is_payer=True, payer_deposit=DEPOSIT)
    with pytest.raises(BadState, match="more than there is"):
        payer.give(DEPOSIT + 1)
    with pytest.raises(BadState, match="take from the other"):
        payer.give(-1)


def test_recovery_ids_are_turned_both_ways() -> None:
    signature = ALICE.sign(b"\5" * 32)
    assert signature[64] in (27, 28)
    assert to_recoverable(signature)[64] == signature[64] - 27
    assert recover(b"\5" * 32, signature) == ALICE.address


@pytest.mark.parametrize("seed", range(4))
def test_who_keeps_to_the_rules_is_never_punished(seed: int) -> None:
    """Payments go both ways, some never arrive; whoever closes then is held to what it gave, and to no more."""
    draw = random.Random(seed)
    stage = Stage.set()
    id = stage.open(joined=DEPOSIT)
    signing = stage.signing(id)
    sides = {
        key: Newest.opened(is_payer=key is ALICE, payer_deposit=DEPOSIT, payee_deposit=DEPOSIT) for key in (ALICE, BOB)
    }
    given: list[tuple[State, bytes]] = []
    for _ in range(30):
        giver, taker = draw.choice([(ALICE, BOB), (BOB, ALICE)])
        if sides[giver].current.sequence < sides[taker].current.sequence:
            continue  # the taker's last payment is still under way: the giver waits for it
        sides[giver] = sides[giver].give(draw.randrange(60))
        state = sides[giver].current
        signature = giver.sign(signing.state(state))
        if giver is ALICE:
            given.append((state, signature))
        if draw.random() < 0.7:
            sides[taker] = sides[taker].receive(state, signature, signing=signing, recover=recover, other=giver.address)
    alice = sides[ALICE]
    closed = stage.close(id, alice.proven, BOB, by=ALICE, conceded=alice.conceded, signed=alice.signature)
    assert closed.accepted, closed.words
    for state, _ in given:
        assert not stage.challenge(id, state, ALICE, by=BOB).accepted
    wait(PERIOD + 1)
    stage.channel.do("finalise", id)
    assert stage.balance(BOB) - 9_000 >= sides[BOB].current.payee_balance
