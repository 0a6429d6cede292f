"""Two thirds decide; the change comes at its block, and leaves an entry."""

import pytest

from tests.contracts.council import (
    ADD,
    CANCEL,
    CANDIDATES,
    DECIDED,
    LAPSED,
    REMOVE,
    REPLACE,
    STRANGER,
    Council,
    height,
    member,
    pass_blocks,
)
from tests.contracts.placed import now

NOBODY = bytes(20)
NO_CHANGE = {
    "proposal": bytes(32),
    "kind": 0,
    "leaving": NOBODY,
    "incoming": NOBODY,
    "decided_in": 0,
    "decided_at": 0,
    "effective": 0,
    "validators": 0,
    "cancelled": False,
}


@pytest.fixture
def council() -> Council:
    return Council(4)


@pytest.mark.parametrize(("count", "needed"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 4), (6, 4), (7, 5), (9, 6), (10, 7)])
def test_two_thirds_rounded_up_decide(count: int, needed: int) -> None:
    council = Council(count)
    council.welcome(CANDIDATES[0])
    assert council.read("quorum") == needed
    id = council.do("propose_add", CANDIDATES[0], 0, sender=council.members[0])
    for approvals in range(1, needed):
        assert council.read("change_count") == 0, f"decided by {approvals} of {count}"
        council.do("approve", id, sender=council.members[approvals])
    assert council.read("change_count") == 1


def test_only_validators_approve_and_each_once(council: Council) -> None:
    council.welcome(CANDIDATES[0])
    id = council.do("propose_add", CANDIDATES[0], 0, sender=member(1))
    for outsider in (STRANGER, CANDIDATES[0]):
        assert council.attempt("approve", id, sender=outsider).words == "validators: not a validator"
    assert council.attempt("approve", id, sender=member(1)).words == "ballots: approved already"
    council.do("approve", id, sender=member(2))
    assert council.attempt("approve", id, sender=member(2)).words == "ballots: approved already"
    assert council.read("proposal", id)["approvals"] == 2
    council.do("approve", id, sender=member(3))
    assert council.attempt("approve", id, sender=member(4)).words == "ballots: not open"


@pytest.mark.parametrize("ahead", [0, 1, 2, 3, 50])
def test_a_change_comes_at_its_block_and_never_within_two(council: Council, ahead: int) -> None:
    candidate = council.welcome(CANDIDATES[0])
    decided_in, before = height(), council.members
    deciding = council.pass_("propose_add", candidate, decided_in + ahead)
    effective = decided_in + max(ahead, 2)
    id = council.read("proposal_at", 0)
    assert deciding.event("Decided").arguments == {
        "id": id,
        "kind": ADD,
        "leaving": NOBODY,
        "incoming": candidate,
        "effective": effective,
        "validators": 5,
    }
    assert (
        council.read("change", 0)
        == council.read("waiting_change")
        == {
            "proposal": id,
            "kind": ADD,
            "leaving": NOBODY,
            "incoming": candidate,
            "decided_in": decided_in,
            "decided_at": now(),
            "effective": effective,
            "validators": 5,
            "cancelled": False,
        }
    )
    while height() < effective:
        assert council.members == before
        assert not council.read("isValidator", candidate)
        assert council.attempt("propose_remove", before[0], 0, sender=candidate).words == "validators: not a validator"
        pass_blocks(1)
    assert council.members == sorted([*before, candidate])
    assert council.read("isValidator", candidate)
    assert council.read("quorum") == 4
    assert council.read("waiting_change") == NO_CHANGE
    council.do("propose_remove", before[0], 0, sender=candidate)


def test_a_candidate_is_taken_at_its_word_once(council: Council) -> None:
    candidate = council.welcome(CANDIDATES[0])
    deciding = council.pass_("propose_add", candidate, 0)
    assert deciding.event("CandidateChanged").arguments == {"account": candidate, "ready": False}
    assert not council.read("isCandidate", candidate)
    pass_blocks(2)
    council.pass_("propose_remove", candidate, 0)
    pass_blocks(2)
    assert council.attempt("propose_add", candidate, 0, sender=member(1)).words == "validators: not a candidate"


def test_a_candidate_may_change_its_mind_until_the_decision(council: Council) -> None:
    candidate = council.welcome(CANDIDATES[0])
    id = council.do("propose_add", candidate, 0, sender=member(1))
    council.do("approve", id, sender=member(2))
    council.do("set_candidate", False, sender=candidate)
    assert council.attempt("approve", id, sender=member(3)).words == "validators: not a candidate"
    assert not council.read("has_approved", id, member(3))
    council.welcome(candidate)
    council.do("approve", id, sender=member(3))


def test_a_removed_validator_has_no_say_from_its_block_on() -> None:
    council = Council(5)
    council.pass_("propose_remove", member(5), 0)
    pass_blocks(1)
    assert council.read("isValidator", member(5))
    pass_blocks(1)
    assert not council.read("isValidator", member(5))
    assert council.members == [member(number) for number in range(1, 5)]
    for name, arguments in (("propose_cancel", ()), ("approve", (b"\1" * 32,))):
        assert council.attempt(name, *arguments, sender=member(5)).words == "validators: not a validator"


@pytest.mark.parametrize("place", range(len(CANDIDATES)))
def test_a_replacement_takes_the_seat_and_its_own_place_in_the_order(council: Council, place: int) -> None:
    candidate = council.welcome(CANDIDATES[place])
    council.pass_("propose_replace", member(2), candidate, 0)
    assert council.read("change", 0)["validators"] == 4
    pass_blocks(2)
    assert council.members == sorted([member(1), candidate, member(3), member(4)])
    assert (council.read("isValidator", member(2)), council.read("isValidator", candidate)) == (False, True)
    # Written down by whatever comes next, it is still the same.
    council.do("propose_replace", member(4), council.welcome(member(2)), 0, sender=candidate)
    assert council.members == sorted([member(1), candidate, member(3), member(4)])
    assert (council.read("isValidator", member(2)), council.read("isValidator", candidate)) == (False, True)


def test_nobody_is_no_validator(council: Council) -> None:
    council.pass_("propose_add", council.welcome(CANDIDATES[0]), 0)
    pass_blocks(2)
    assert not council.read("isValidator", NOBODY)


def test_while_a_change_waits_nothing_but_its_end_is_proposed(council: Council) -> None:
    council.pass_("propose_add", council.welcome(CANDIDATES[0]), height() + 10)
    council.welcome(CANDIDATES[1])
    words = "validators: a change is waiting"
    assert council.attempt("propose_add", CANDIDATES[1], 0, sender=member(1)).words == words
    assert council.attempt("propose_replace", member(2), CANDIDATES[1], 0, sender=member(1)).words == words
    assert council.attempt("propose_remove", member(2), 0, sender=member(1)).words == words
    pass_blocks(10)
    council.do("propose_add", CANDIDATES[1], 0, sender=member(1))


def test_a_decision_lapses_what_else_is_open(council: Council) -> None:
    for candidate in CANDIDATES[:2]:
        council.welcome(candidate)
    other = council.do("propose_add", CANDIDATES[1], 0, sender=member(4))
    council.do("approve", other, sender=member(3))
    council.pass_("propose_add", CANDIDATES[0], 0)
    assert council.read("proposal", other)["state"] == LAPSED
    assert council.read("open_proposals") == ()
    assert council.attempt("approve", other, sender=member(1)).words == "ballots: not open"


def test_a_cancelled_change_never_comes_and_both_are_history(council: Council) -> None:
    candidate = council.welcome(CANDIDATES[0])
    before, effective = council.members, height() + 10
    council.pass_("propose_add", candidate, effective)
    pass_blocks(3)
    cancelled_in = height()
    ending = council.pass_("propose_cancel")
    assert ending.event("Decided")["kind"] == CANCEL
    pass_blocks(20)
    assert council.members == before
    assert council.read("change_count") == 2
    entries = [council.read("change", number) for number in range(2)]
    assert [entry["kind"] for entry in entries] == [ADD, CANCEL]
    assert [entry["cancelled"] for entry in entries] == [True, False]
    assert [entry["validators"] for entry in entries] == [5, 4]
    assert [entry["effective"] for entry in entries] == [effective, cancelled_in]
    assert [entry["incoming"] for entry in entries] == [candidate, candidate]


@pytest.mark.parametrize(("left", "accepted"), [(3, True), (2, True), (1, False)])
def test_a_change_is_cancelled_two_blocks_before_it_comes_or_not_at_all(
    council: Council, left: int, accepted: bool
) -> None:
    council.pass_("propose_add", council.welcome(CANDIDATES[0]), height() + 10)
    id = council.do("propose_cancel", sender=member(1))
    council.do("approve", id, sender=member(2))
    pass_blocks(10 - left)
    outcome = council.attempt("approve", id, sender=member(3))
    assert outcome.accepted is accepted
    assert accepted or outcome.words == "validators: too late to cancel"
    pass_blocks(left)
    assert (len(council.members) == 4) is accepted


def test_a_cancellation_that_was_not_decided_lapses_when_the_change_comes(council: Council) -> None:
    council.pass_("propose_add", council.welcome(CANDIDATES[0]), height() + 10)
    id = council.do("propose_cancel", sender=member(1))
    council.do("approve", id, sender=member(2))
    pass_blocks(10)
    assert council.read("proposal", id)["state"] == LAPSED
    assert council.read("open_proposals") == ()
    for name in ("approve", "withdraw"):
        assert council.attempt(name, id, sender=member(1)).words == "ballots: not open"
    # Nor does it count against the next change.
    council.pass_("propose_add", council.welcome(CANDIDATES[1]), height() + 10)
    assert council.read("proposal", id)["state"] == LAPSED
    assert council.attempt("approve", id, sender=member(3)).words == "ballots: not open"


def test_history_lists_every_change(council: Council) -> None:
    council.pass_("propose_add", council.welcome(CANDIDATES[0]), 0)
    pass_blocks(2)
    council.pass_("propose_replace", CANDIDATES[0], council.welcome(CANDIDATES[1]), 0)
    pass_blocks(2)
    council.pass_("propose_remove", CANDIDATES[1], 0)
    assert council.read("change_count") == 3
    entries = [council.read("change", number) for number in range(3)]
    assert [(entry["kind"], entry["leaving"], entry["incoming"], entry["validators"]) for entry in entries] == [
        (ADD, NOBODY, CANDIDATES[0], 5),
        (REPLACE, CANDIDATES[0], CANDIDATES[1], 5),
        (REMOVE, CANDIDATES[1], NOBODY, 4),
    ]
    assert [council.read("proposal", entry["proposal"])["state"] for entry in entries] == [DECIDED] * 3
    assert council.attempt("change", 3).words == "validators: no such change"


def test_a_lone_validator_decides_by_proposing() -> None:
    council = Council(1)
    candidate = council.welcome(CANDIDATES[0])
    outcome = council.attempt("propose_add", candidate, 0, sender=member(1))
    assert outcome.event("Decided")["validators"] == 2
    pass_blocks(2)
    assert council.members == sorted([member(1), candidate])
