"""Admission under long random histories: the list is a dictionary's, and history retells it.

There is no token here: the list holds no money, and calls nobody but the network's own council.
"""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from contracts import load
from tests.contracts.council import BALLOT_SECONDS, STRANGER, VALIDATORS_AT, Council, member
from tests.contracts.machine import LONG_CALLS, Machine, mostly, picks, run
from tests.contracts.placed import Placed, now, wait

PEERS = [number.to_bytes(32, "big") for number in range(1, 8)]
MEMBERS = [member(number) for number in range(1, 5)]
NEEDED = 3

callers = mostly(None, *MEMBERS, STRANGER)


class Motion:
    def __init__(self, peers: list[bytes], standing: int, proposer: bytes) -> None:
        self.peers, self.standing, self.proposer = peers, standing, proposer
        self.expires = now() + BALLOT_SECONDS
        self.approved = {proposer}
        self.is_open = True


class AdmissionMachine(Machine):
    @initialize()
    def deploy(self) -> None:
        Council(4)
        self.admission = Placed(load("admission"), b"\xd4" * 20, VALIDATORS_AT, PEERS[:1], PEERS[1:2], tally=self.tally)
        self.standings = {PEERS[0]: 1, PEERS[1]: 2}
        self.motions: dict[bytes, Motion] = {}

    @rule(
        peers=st.one_of(*[st.lists(st.sampled_from(PEERS), min_size=1, max_size=5)] * 5, st.just([])),
        standing=st.sampled_from([*[0, 1, 2, 3] * 4, 4]),
        number=picks,
        caller=callers,
    )
    def propose(self, peers: list[bytes], standing: int, number: int, caller: bytes | None) -> None:
        self.run_out()
        busy = {each.proposer for each in self.motions.values() if each.is_open}
        free = [each for each in MEMBERS if each not in busy] or MEMBERS
        if sum(each.is_open for each in self.motions.values()) == len(MEMBERS) and number % 4:
            return
        sender = caller or free[number % len(free)]
        allowed = sender in MEMBERS and sender not in busy and bool(peers) and standing <= 3
        outcome = self.attempt(self.admission, allowed, "propose", peers, standing, sender=sender)
        if outcome.accepted:
            self.motions[outcome.result] = Motion(peers, standing, sender)

    @rule(number=picks, caller=callers)
    @precondition(lambda self: any(each.is_open for each in self.motions.values()))
    def approve(self, number: int, caller: bytes | None) -> None:
        self.run_out()
        id, motion = self.pick(number)
        missing = [each for each in MEMBERS if each not in motion.approved] or MEMBERS
        sender = caller or missing[number % len(missing)]
        allowed = sender in MEMBERS and motion.is_open and sender not in motion.approved
        if self.attempt(self.admission, allowed, "approve", id, sender=sender).accepted:
            self.approved(motion, sender)

    @rule()
    @precondition(lambda self: any(each.is_open for each in self.motions.values()))
    def approve_until_decided(self) -> None:
        self.run_out()
        for id, motion in self.motions.items():
            for sender in MEMBERS:
                if motion.is_open and sender not in motion.approved:
                    self.admission.do("approve", id, sender=sender)
                    self.approved(motion, sender)

    def approved(self, motion: Motion, by: bytes) -> None:
        motion.approved.add(by)
        if len(motion.approved) >= NEEDED:
            motion.is_open = False
            for peer in motion.peers:
                self.standings[peer] = motion.standing

    @rule(number=picks, caller=callers)
    @precondition(lambda self: sum(each.is_open for each in self.motions.values()) > 2)
    def withdraw(self, number: int, caller: bytes | None) -> None:
        self.run_out()
        id, motion = self.pick(number)
        sender = caller or motion.proposer
        allowed = motion.is_open and sender == motion.proposer
        if self.attempt(self.admission, allowed, "withdraw", id, sender=sender).accepted:
            motion.is_open = False

    @rule(late=st.integers(-1, 1))
    @precondition(lambda self: any(each.is_open for each in self.motions.values()))
    def a_proposal_runs_out(self, late: int) -> None:
        wait(max(0, min(each.expires for each in self.motions.values() if each.is_open) + late - now()))

    @invariant()
    def the_list_is_the_models(self) -> None:
        shown = {each["peer"]: each["standing"] for each in self.admission.read("peers", 0)}
        assert shown == {peer: standing for peer, standing in self.standings.items() if standing}
        assert self.admission.read("peer_count") == len(shown)
        for peer in PEERS:
            assert self.admission.read("admitted", peer) is (self.standings.get(peer, 0) in (1, 2))

    def at_the_end(self) -> None:
        """History alone gives the list."""
        retold = dict.fromkeys(PEERS, 0)
        for index in range(self.admission.read("change_count")):
            entry = self.admission.read("change", index)
            assert (entry["former"], entry["former"] != entry["standing"]) == (retold[entry["peer"]], True)
            retold[entry["peer"]] = entry["standing"]
        assert retold == {peer: self.standings.get(peer, 0) for peer in PEERS}

    def run_out(self) -> None:
        for motion in self.motions.values():
            motion.is_open = motion.is_open and now() <= motion.expires

    def pick(self, number: int) -> tuple[bytes, Motion]:
        known = list(self.motions.items())
        fitting = [each for each in known if each[1].is_open]
        chosen = fitting if fitting and number % 10 != 3 else known
        return chosen[number % len(chosen)]


def test_admission_under_random_histories() -> None:
    run(AdmissionMachine)


@pytest.mark.long
def test_admission_under_long_random_histories() -> None:
    run(AdmissionMachine, calls=LONG_CALLS, steps=60)
