"""Which nodes are listed, who decides it, and that nothing of it is forgotten."""

import pytest

from contracts import load
from tests.contracts.council import (
    BALLOT_SECONDS,
    CANDIDATES,
    LAPSED,
    OPEN,
    STRANGER,
    VALIDATORS_AT,
    WITHDRAWN,
    Council,
    member,
    pass_blocks,
)
from tests.contracts.placed import Placed, now, wait

UNLISTED, VALIDATOR, OBSERVER, BARRED = 0, 1, 2, 3
ADMISSION_AT = b"\xd4" * 20


def peer(number: int) -> bytes:
    return number.to_bytes(32, "big")


@pytest.fixture
def council() -> Council:
    return Council(4)


@pytest.fixture
def admission(council: Council) -> Placed:
    return Placed(load("admission"), ADMISSION_AT, VALIDATORS_AT, [], [])


def decide(admission: Placed, standing: int, *peers: bytes) -> bytes:
    id: bytes = admission.do("propose", list(peers), standing, sender=member(1))
    for number in (2, 3):
        admission.do("approve", id, sender=member(number))
    return id


def listed(admission: Placed, start: int = 0) -> dict[bytes, int]:
    page = admission.read("peers", start)
    found = {each["peer"]: each["standing"] for each in page}
    assert len(found) == len(page)
    return found


def test_a_genesis_lists_nobody_or_whom_it_names(council: Council) -> None:
    assert listed(Placed(load("admission"), ADMISSION_AT, VALIDATORS_AT, [], [])) == {}
    named = Placed(load("admission"), b"\xd5" * 20, VALIDATORS_AT, [peer(1)], [peer(2), peer(3)])
    assert listed(named) == {peer(1): VALIDATOR, peer(2): OBSERVER, peer(3): OBSERVER}
    assert named.read("change_count") == 3
    assert named.read("change", 0)["proposal"] == bytes(32)


def test_three_of_four_admit_an_observer(admission: Placed) -> None:
    id = admission.read("next_id", member(1))
    proposed = admission.attempt("propose", [peer(1)], OBSERVER, sender=member(1))
    assert proposed.event("Proposed").arguments == {
        "id": id,
        "proposer": member(1),
        "standing": OBSERVER,
        "peers": (peer(1),),
        "expires": now() + BALLOT_SECONDS,
    }
    admission.do("approve", id, sender=member(2))
    assert not admission.read("admitted", peer(1))
    assert admission.read("proposal", id) == {
        "id": id,
        "standing": OBSERVER,
        "peers": (peer(1),),
        "proposer": member(1),
        "proposed_at": now(),
        "expires": now() + BALLOT_SECONDS,
        "approvals": 2,
        "state": OPEN,
    }
    deciding = admission.attempt("approve", id, sender=member(3))
    assert deciding.event("Approved").arguments == {"id": id, "by": member(3), "approvals": 3, "needed": 3}
    changed = {"id": id, "peer": peer(1), "former": UNLISTED, "standing": OBSERVER}
    assert deciding.event("StandingChanged").arguments == changed
    assert admission.read("admitted", peer(1))
    assert (admission.read("peer_count"), listed(admission)) == (1, {peer(1): OBSERVER})
    entry = admission.read("change", 0)
    assert (entry["proposal"], entry["peer"], entry["former"], entry["standing"]) == (id, peer(1), UNLISTED, OBSERVER)
    assert entry["decided_at"] == now()


@pytest.mark.parametrize(
    ("standing", "admitted"), [(UNLISTED, False), (VALIDATOR, True), (OBSERVER, True), (BARRED, False)]
)
def test_what_each_standing_is_worth(admission: Placed, standing: int, admitted: bool) -> None:
    decide(admission, OBSERVER, peer(9))
    decide(admission, standing, peer(9))
    assert admission.read("standing", peer(9)) == standing
    assert admission.read("admitted", peer(9)) is admitted
    assert listed(admission) == ({peer(9): standing} if standing else {})


def test_several_nodes_come_and_go_together(admission: Placed) -> None:
    decide(admission, OBSERVER, *(peer(number) for number in range(1, 17)))
    assert listed(admission) == {peer(number): OBSERVER for number in range(1, 17)}
    decide(admission, UNLISTED, peer(1), peer(8), peer(16))
    gone = {1, 8, 16}
    assert listed(admission) == {peer(number): OBSERVER for number in range(1, 17) if number not in gone}
    decide(admission, UNLISTED, *(peer(number) for number in range(2, 16) if number not in gone))
    assert listed(admission) == {}
    assert admission.read("change_count") == 32
    decide(admission, VALIDATOR, peer(8))
    assert listed(admission) == {peer(8): VALIDATOR}


def test_what_is_so_already_leaves_no_entry(admission: Placed) -> None:
    decide(admission, OBSERVER, peer(1), peer(1), peer(2))
    assert admission.read("change_count") == 2
    decide(admission, OBSERVER, peer(1))
    decide(admission, UNLISTED, peer(3))
    assert admission.read("change_count") == 2
    assert listed(admission) == {peer(1): OBSERVER, peer(2): OBSERVER}


def test_the_list_is_read_in_pages_of_a_hundred(admission: Placed) -> None:
    for first in range(1, 113, 16):
        decide(admission, OBSERVER, *(peer(number) for number in range(first, first + 16)))
    assert admission.read("peer_count") == 112
    pages = [listed(admission, start) for start in (0, 100, 111, 112, 2**256 - 1)]
    assert [len(page) for page in pages] == [100, 12, 1, 0, 0]
    assert set(pages[0]) | set(pages[1]) == {peer(number) for number in range(1, 113)}


@pytest.mark.parametrize(
    ("peers", "standing", "words"),
    [
        ([], OBSERVER, "admission: no peers"),
        ([peer(1), bytes(32)], OBSERVER, "admission: not a key"),
        ([peer(1)], 4, "admission: no such standing"),
    ],
)
def test_a_proposal_that_says_nothing_is_refused(
    admission: Placed, peers: list[bytes], standing: int, words: str
) -> None:
    assert admission.attempt("propose", peers, standing, sender=member(1)).words == words


def test_only_todays_validators_have_a_say(council: Council, admission: Placed) -> None:
    words = "admission: not a validator"
    assert admission.attempt("propose", [peer(1)], OBSERVER, sender=STRANGER).words == words
    id = admission.do("propose", [peer(1)], OBSERVER, sender=member(1))
    assert admission.attempt("approve", id, sender=STRANGER).words == words
    admission.do("approve", id, sender=member(2))
    council.pass_("propose_replace", member(2), council.welcome(CANDIDATES[0]), 0)
    pass_blocks(2)
    # What the one who left approved does not count any more.
    assert admission.read("proposal", id)["approvals"] == 1
    assert admission.attempt("approve", id, sender=member(2)).words == words
    admission.do("approve", id, sender=member(3))
    assert not admission.read("admitted", peer(1))
    admission.do("approve", id, sender=CANDIDATES[0])
    assert admission.read("admitted", peer(1))


def test_an_approval_counts_once(admission: Placed) -> None:
    id = admission.do("propose", [peer(1)], OBSERVER, sender=member(1))
    assert admission.attempt("approve", id, sender=member(1)).words == "ballots: approved already"


def test_proposals_lapse_and_are_withdrawn(admission: Placed) -> None:
    first = admission.do("propose", [peer(1)], OBSERVER, sender=member(1))
    second = admission.do("propose", [peer(2)], OBSERVER, sender=member(2))
    assert [each["id"] for each in admission.read("open_proposals")] == [first, second]
    words = "ballots: one proposal at a time"
    assert admission.attempt("propose", [peer(3)], OBSERVER, sender=member(1)).words == words
    assert admission.attempt("withdraw", first, sender=member(2)).words == "ballots: not the proposer"
    withdrawn = admission.attempt("withdraw", first, sender=member(1))
    assert withdrawn.event("Withdrawn").arguments == {"id": first, "by": member(1)}
    wait(BALLOT_SECONDS + 1)
    assert [admission.read("proposal", id)["state"] for id in (first, second)] == [WITHDRAWN, LAPSED]
    for id in (first, second):
        assert admission.attempt("approve", id, sender=member(3)).words == "ballots: not open"
    assert admission.read("open_proposals") == ()


def test_history_ends_where_it_ends(admission: Placed) -> None:
    assert admission.attempt("change", 0).words == "admission: no such change"


def test_it_needs_to_know_whom_to_ask() -> None:
    with pytest.raises(Exception, match="admission: no validators"):
        Placed(load("admission"), ADMISSION_AT, bytes(20), [], [])
