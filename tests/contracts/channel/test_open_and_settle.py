"""Opening, joining, settling by agreement, and leaving."""

from typing import Any

import pytest

from contracts import Event
from tests.contracts.channel.stage import ALICE, BOB, CLOSED, DEPOSIT, OPEN, PERIOD, STRANGER, TERM, Stage
from tests.contracts.placed import HOSTILE_MOODS, NOBODY, Placed, now, wait, wait_until
from tests.contracts.signers import Signer

TEN_YEARS = 10 * 366 * 24 * 60 * 60
ZERO = bytes(20)


@pytest.fixture
def stage() -> Stage:
    return Stage.set()


def held_of(event: Event) -> tuple[int, int]:
    return event.arguments["held_before"], event.arguments["held_after"]


def test_an_opened_channel_holds_the_deposit(stage: Stage) -> None:
    foretold = stage.channel.read("next_id", ALICE.address)
    terms = [BOB.address, stage.token.address, DEPOSIT, PERIOD, now() + TERM]
    outcome = stage.channel.attempt("open", *terms, sender=ALICE.address)
    assert outcome.result == foretold
    assert held_of(outcome.event("Opened")) == (0, DEPOSIT)
    record = stage.channel.read("channel", foretold)
    assert (record["payer"], record["payee"], record["payer_deposit"]) == (ALICE.address, BOB.address, DEPOSIT)
    assert (record["state"], record["deadline"], record["challenge_seconds"]) == (OPEN, now() + TERM, PERIOD)
    assert stage.channel.read("held", foretold) == stage.channel.read("liabilities", stage.token.address) == DEPOSIT
    assert stage.channel.read("last_deadline", foretold) == now() + TERM


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"payee": ZERO}, "channel: not a payee"),
        ({"payee": ALICE.address}, "channel: not a payee"),
        ({"payee": b"\xc5" * 20}, "channel: not a payee"),
        ({"payee": b"\xe6" * 20}, "channel: not a payee"),
        ({"token": STRANGER.address}, "channel: not a token"),
        ({"token": b"\xc5" * 20}, "channel: not a token"),
        ({"amount": 0}, "channel: no amount"),
        ({"period": 3_599}, "channel: period too short"),
        ({"period": 30 * 86_400 + 1}, "channel: period too long"),
        ({"term": 0}, "deadlines: has passed already"),
        ({"term": TEN_YEARS + 1}, "deadlines: too far ahead"),
        ({"term": TEN_YEARS - PERIOD + 1}, "deadlines: too far ahead"),
    ],
)
def test_bad_channels_are_refused(stage: Stage, change: dict[str, Any], refusal: str) -> None:
    terms = {
        "payee": BOB.address,
        "token": stage.token.address,
        "amount": DEPOSIT,
        "period": PERIOD,
        "term": TEN_YEARS - PERIOD,
        **change,
    }
    *arguments, term = terms.values()
    assert stage.channel.attempt("open", *arguments, now() + term, sender=ALICE.address).words == refusal


@pytest.mark.parametrize("period", [3_600, 30 * 86_400])
def test_the_longest_terms_are_accepted(stage: Stage, period: int) -> None:
    deadline = now() + TEN_YEARS - period
    stage.channel.do("open", BOB.address, stage.token.address, 1, period, deadline, sender=ALICE.address)


def test_what_arrives_counts(stage: Stage) -> None:
    stage.token.do("set_mode", HOSTILE_MOODS["takes a fee"])
    id = stage.open(joined=100)
    assert stage.channel.read("held", id) == 900 + 90
    stage.token.do("set_mode", HOSTILE_MOODS["keeps it"])
    terms = [BOB.address, stage.token.address, DEPOSIT, PERIOD, now() + TERM]
    assert stage.channel.attempt("open", *terms, sender=ALICE.address).words == "channel: nothing arrived"


def test_the_payee_joins_once(stage: Stage) -> None:
    id = stage.open()
    assert stage.channel.attempt("join", id, 5, sender=ALICE.address).words == "channel: not the payee"
    assert stage.channel.attempt("join", id, 0, sender=BOB.address).words == "channel: no amount"
    joined = stage.channel.attempt("join", id, 500, sender=BOB.address).event("Joined")
    assert (joined.arguments["value"], *held_of(joined)) == (500, DEPOSIT, DEPOSIT + 500)
    assert stage.channel.attempt("join", id, 5, sender=BOB.address).words == "channel: joined already"


def test_joining_ends_with_the_deadline(stage: Stage) -> None:
    id, late = stage.open(), stage.open()
    wait(TERM)
    stage.channel.do("join", id, 5, sender=BOB.address)
    wait(1)
    assert stage.channel.attempt("join", late, 5, sender=BOB.address).words == "channel: deadline has passed"


def test_a_join_that_brings_nothing_is_refused(stage: Stage) -> None:
    id = stage.open()
    stage.token.do("set_mode", HOSTILE_MOODS["keeps it"])
    assert stage.channel.attempt("join", id, 5, sender=BOB.address).words == "channel: nothing arrived"


def settled(stage: Stage, id: bytes, payer: int, payee: int, until: int, signers: list[Signer | None]) -> list[Any]:
    digest = stage.signing(id).settlement(payer, payee, until)
    return [id, payer, payee, until, *(signer.sign(digest) if signer else b"" for signer in signers)]


def test_both_settle_at_once(stage: Stage) -> None:
    id = stage.open(joined=500)
    agreement = settled(stage, id, 600, 900, now(), [ALICE, BOB])
    closed = stage.channel.attempt("settle", *agreement, sender=STRANGER.address).event("Closed")
    assert [closed.arguments[name] for name in ("to_payer", "to_payee", "to_watcher")] == [600, 900, 0]
    assert held_of(closed) == (1_500, 0)
    assert (stage.balance(ALICE), stage.balance(BOB)) == (9_600, 10_400)
    assert stage.channel.read("held", id) == 0
    assert stage.channel.read("channel", id)["state"] == CLOSED
    assert stage.channel.attempt("settle", *agreement).words == "channel: not open"


@pytest.mark.parametrize(("caller", "signers"), [(ALICE, [None, BOB]), (BOB, [ALICE, None])])
def test_who_calls_need_not_sign(stage: Stage, caller: Signer, signers: list[Signer | None]) -> None:
    id = stage.open()
    stage.channel.do("settle", *settled(stage, id, 0, DEPOSIT, now(), signers), sender=caller.address)
    assert stage.balance(BOB) == 11_000


@pytest.mark.parametrize(
    ("signers", "refusal"),
    [
        ([STRANGER, BOB], "channel: not signed by the payer"),
        ([None, BOB], "channel: not signed by the payer"),
        ([ALICE, ALICE], "channel: not signed by the payee"),
        ([ALICE, None], "channel: not signed by the payee"),
    ],
)
def test_half_an_agreement_is_none(stage: Stage, signers: list[Signer | None], refusal: str) -> None:
    id = stage.open()
    assert stage.channel.attempt("settle", *settled(stage, id, 0, DEPOSIT, now(), signers)).words == refusal


def test_an_agreement_expires(stage: Stage) -> None:
    id = stage.open()
    agreement = settled(stage, id, 0, DEPOSIT, now() + 10, [ALICE, BOB])
    wait(11)
    assert stage.channel.attempt("settle", *agreement).words == "channel: agreement has expired"


@pytest.mark.parametrize(
    ("payer", "payee"), [(1, DEPOSIT), (0, DEPOSIT - 1), (DEPOSIT + 1, 0), (DEPOSIT + 1, 2**256 - 1)]
)
def test_an_agreement_divides_what_is_held(stage: Stage, payer: int, payee: int) -> None:
    id = stage.open()
    agreement = settled(stage, id, payer, payee, now(), [ALICE, BOB])
    assert stage.channel.attempt("settle", *agreement).words == "channel: not what is held"


def test_an_agreement_for_another_channel_is_none(stage: Stage) -> None:
    id, other = stage.open(), stage.open()
    agreement = settled(stage, other, 0, DEPOSIT, now(), [ALICE, BOB])
    assert stage.channel.attempt("settle", id, *agreement[1:]).words == "channel: not signed by the payer"


def test_anyone_exits_after_the_deadline_to_the_deposits(stage: Stage) -> None:
    id = stage.open(joined=500)
    wait_until(stage.channel.read("last_deadline", id))
    assert stage.channel.attempt("exit", id, sender=NOBODY).words == "channel: deadline has not passed"
    wait(1)
    stage.channel.do("exit", id, sender=NOBODY)
    assert (stage.balance(ALICE), stage.balance(BOB)) == (10_000, 10_000)
    assert stage.channel.attempt("exit", id, sender=NOBODY).words == "channel: nothing to exit"


def test_a_refused_party_becomes_a_claim_and_the_other_is_paid(stage: Stage) -> None:
    id = stage.open(joined=500)
    stage.token.do("block", BOB.address)
    stage.channel.do("settle", *settled(stage, id, 600, 900, now(), [ALICE, BOB]))
    assert stage.balance(ALICE) == 9_600
    assert stage.channel.read("claimable", stage.token.address, BOB.address) == 900
    stage.token.do("set_mode", HOSTILE_MOODS["honest"])
    stage.channel.do("claim", stage.token.address, BOB.address, sender=STRANGER.address)
    assert stage.balance(BOB) == 10_400


def test_nothing_re_enters_while_money_moves(stage: Stage) -> None:
    """What is tried is another channel's good settlement: only the lock can refuse it."""
    id, other = stage.open(), stage.open()
    good = settled(stage, other, 0, DEPOSIT, now(), [ALICE, BOB])
    stage.token.do("call_back", stage.channel.address, stage.channel.artifact.encode_call("settle", *good))
    stage.channel.do("settle", *settled(stage, id, 0, DEPOSIT, now(), [ALICE, BOB]))
    assert (stage.token.read("reentries_tried"), stage.token.read("reentries_done")) == (1, 0)
    stage.token.do("call_back", ZERO, b"")
    stage.channel.do("settle", *good)


def test_an_unknown_channel_is_empty_and_does_nothing(stage: Stage) -> None:
    unknown = b"\7" * 32
    assert (stage.channel.read("held", unknown), stage.channel.read("last_deadline", unknown)) == (0, 0)
    channel: Placed = stage.channel
    assert channel.attempt("join", unknown, 1).words == "channel: not open"
    assert channel.attempt("exit", unknown).words == "channel: nothing to exit"
    assert channel.attempt("finalise", unknown).words == "channel: not closing"
