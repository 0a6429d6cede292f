"""Who may propose what, and how long a proposal lives."""

import pytest

from contracts import load
from tests.contracts.council import (
    ADD,
    BALLOT_SECONDS,
    CANDIDATES,
    LAPSED,
    OPEN,
    STRANGER,
    WITHDRAWN,
    Council,
    height,
    member,
    pass_blocks,
)
from tests.contracts.placed import Placed, now, wait

NOBODY = bytes(20)


@pytest.fixture
def council() -> Council:
    return Council(5)


def test_whoever_would_join_says_so_itself(council: Council) -> None:
    assert not council.read("isCandidate", CANDIDATES[0])
    said = council.attempt("set_candidate", True, sender=CANDIDATES[0])
    assert said.event("CandidateChanged").arguments == {"account": CANDIDATES[0], "ready": True}
    assert council.read("isCandidate", CANDIDATES[0])
    assert council.attempt("set_candidate", True, sender=CANDIDATES[0]).words == "validators: said already"
    council.do("set_candidate", False, sender=CANDIDATES[0])
    assert not council.read("isCandidate", CANDIDATES[0])


def test_a_proposal_counts_as_its_proposers_approval(council: Council) -> None:
    council.welcome(CANDIDATES[0])
    expected = council.read("next_id", member(1))
    proposed = council.attempt("propose_add", CANDIDATES[0], height() + 9, sender=member(1))
    assert proposed.result == expected
    event = proposed.event("Proposed")
    assert event.arguments == {
        "id": expected,
        "proposer": member(1),
        "kind": ADD,
        "leaving": NOBODY,
        "incoming": CANDIDATES[0],
        "not_before": height() + 9,
        "expires": now() + BALLOT_SECONDS,
    }
    approved = proposed.event("Approved").arguments
    assert approved == {"id": expected, "by": member(1), "approvals": 1, "needed": 4}
    assert council.read("proposal", expected) == {
        "id": expected,
        "kind": ADD,
        "leaving": NOBODY,
        "incoming": CANDIDATES[0],
        "not_before": height() + 9,
        "proposer": member(1),
        "proposed_at": now(),
        "expires": now() + BALLOT_SECONDS,
        "approvals": 1,
        "state": OPEN,
    }
    assert council.read("has_approved", expected, member(1))
    assert (council.read("proposal_count"), council.read("proposal_at", 0)) == (1, expected)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("propose_add", (CANDIDATES[0], 0)), ("propose_remove", (member(1), 0)), ("propose_cancel", ())],
)
def test_only_validators_propose(council: Council, name: str, arguments: tuple[object, ...]) -> None:
    council.welcome(CANDIDATES[0])
    for outsider in (STRANGER, CANDIDATES[0]):
        assert council.attempt(name, *arguments, sender=outsider).words == "validators: not a validator"


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("propose_add", (CANDIDATES[1], 0), "validators: not a candidate"),
        ("propose_add", (NOBODY, 0), "validators: not a candidate"),
        ("propose_add", (member(2), 0), "validators: a validator already"),
        ("propose_remove", (STRANGER, 0), "validators: nobody to leave"),
        ("propose_remove", (NOBODY, 0), "validators: nobody to leave"),
        ("propose_replace", (STRANGER, CANDIDATES[0], 0), "validators: nobody to leave"),
        ("propose_replace", (member(2), CANDIDATES[1], 0), "validators: not a candidate"),
        ("propose_replace", (member(2), NOBODY, 0), "validators: not a candidate"),
        ("propose_replace", (member(2), member(2), 0), "validators: a validator already"),
        ("propose_replace", (member(2), member(3), 0), "validators: a validator already"),
        ("propose_cancel", (), "validators: no change is waiting"),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(
    council: Council, name: str, arguments: tuple[object, ...], words: str
) -> None:
    council.welcome(CANDIDATES[0])
    assert council.attempt(name, *arguments, sender=member(1)).words == words


@pytest.mark.parametrize(("off", "accepted"), [(0, True), (1, False)])
def test_a_block_may_be_at_most_a_million_ahead(council: Council, off: int, accepted: bool) -> None:
    outcome = council.attempt("propose_remove", member(5), height() + 1_000_000 + off, sender=member(1))
    assert outcome.accepted is accepted
    assert accepted or outcome.words == "validators: too many blocks ahead"


def test_the_set_never_loses_the_fault_it_survives(council: Council) -> None:
    council.pass_("propose_remove", member(5), 0)
    pass_blocks(2)
    assert len(council.members) == 4
    words = "validators: four survive a fault, three do not"
    assert council.attempt("propose_remove", member(4), 0, sender=member(1)).words == words


def test_a_set_that_survives_none_anyway_may_shrink_to_one() -> None:
    council = Council(3)
    for leaving in (member(1), member(2)):
        council.pass_("propose_remove", leaving, 0)
        pass_blocks(2)
    assert council.members == [member(3)]
    assert council.attempt("propose_remove", member(3), 0, sender=member(3)).words == "validators: the last one stays"


def test_all_seats_taken() -> None:
    accounts = [number.to_bytes(20, "big") for number in range(1, 101)]
    full = Placed(load("validators"), b"\xd3" * 20, accounts)
    full.do("set_candidate", True, sender=CANDIDATES[0])
    assert full.attempt("propose_add", CANDIDATES[0], 0, sender=accounts[0]).words == "validators: all seats are taken"
    assert full.read("quorum") == 67
    full.do("propose_replace", accounts[0], CANDIDATES[0], 0, sender=accounts[0])
    for account in accounts[1:67]:
        full.do("approve", full.read("proposal_at", 0), sender=account)
    pass_blocks(2)
    assert full.read("getValidators") == (*accounts[1:], CANDIDATES[0])


def test_each_validator_has_one_open_proposal(council: Council) -> None:
    first = council.do("propose_remove", member(5), 0, sender=member(1))
    second = council.do("propose_remove", member(4), 0, sender=member(2))
    words = "ballots: one proposal at a time"
    assert council.attempt("propose_remove", member(3), 0, sender=member(1)).words == words
    assert [each["id"] for each in council.read("open_proposals")] == [first, second]
    council.do("withdraw", first, sender=member(1))
    third = council.do("propose_remove", member(3), 0, sender=member(1))
    assert [each["id"] for each in council.read("open_proposals")] == [third, second]
    assert [council.read("proposal_at", number) for number in range(3)] == [first, second, third]


def test_a_proposal_is_withdrawn_by_its_proposer(council: Council) -> None:
    id = council.do("propose_remove", member(5), 0, sender=member(1))
    assert council.attempt("withdraw", id, sender=member(2)).words == "ballots: not the proposer"
    withdrawn = council.attempt("withdraw", id, sender=member(1))
    assert withdrawn.event("Withdrawn").arguments == {"id": id, "by": member(1)}
    assert council.read("proposal", id)["state"] == WITHDRAWN
    for name in ("withdraw", "approve"):
        assert council.attempt(name, id, sender=member(1)).words == "ballots: not open"


@pytest.mark.parametrize(("late", "accepted"), [(0, True), (1, False)])
def test_a_proposal_is_open_for_fourteen_days(council: Council, late: int, accepted: bool) -> None:
    id = council.do("propose_remove", member(5), 0, sender=member(1))
    wait(BALLOT_SECONDS + late)
    assert council.read("proposal", id)["state"] == (OPEN if accepted else LAPSED)
    outcome = council.attempt("approve", id, sender=member(2))
    assert outcome.accepted is accepted
    assert accepted or outcome.words == "ballots: not open"
    assert len(council.read("open_proposals")) == accepted
    # Whose proposal lapsed may make another.
    assert council.attempt("propose_remove", member(5), 0, sender=member(1)).accepted is not accepted


def test_an_unknown_proposal_is_nothing(council: Council) -> None:
    assert council.read("proposal", b"\1" * 32)["state"] == 0
    assert council.attempt("approve", b"\1" * 32, sender=member(1)).words == "ballots: not open"
    assert council.attempt("withdraw", b"\1" * 32, sender=member(1)).words == "ballots: not open"
