"""Facts: prepared, attested by word or signature, and final once."""

from dataclasses import dataclass
from typing import Any

import pytest
from eth_utils.crypto import keccak

from contracts import load
from tests.contracts.placed import Outcome, Placed, now, wait, wait_until
from tests.contracts.signers import Signer
from tests.contracts.signing_account import signing_account

KEYS = [Signer(number) for number in (11, 12, 13, 14)]
ANNA, BEN, CLEO, DORA = (key.address for key in KEYS)
CREATOR, STRANGER = b"\xa0" * 20, b"\xa1" * 20
QUESTION, EVIDENCE = b"\7" * 32, b"\5" * 32
TERM_S = 1_000
DEFAULT = 77
TEN_YEARS_S = 10 * 366 * 24 * 60 * 60


@dataclass(frozen=True)
class Fact:
    conditions: Placed
    id: bytes

    def __call__(self, name: str, *arguments: object, sender: bytes) -> Outcome:
        return self.conditions.attempt(name, self.id, *arguments, sender=sender)

    def do(self, name: str, *arguments: object, sender: bytes) -> Outcome:
        outcome = self(name, *arguments, sender=sender)
        assert outcome.accepted, outcome.words
        return outcome

    def refused(self, words: str, name: str, *arguments: object, sender: bytes) -> None:
        assert self(name, *arguments, sender=sender).words == f"conditions: {words}"

    def outcome(self) -> tuple[bool, int]:
        return tuple(self.conditions.read("outcome", self.id))  # type: ignore[return-value]

    def digest(self, attestor: bytes, answer: int) -> bytes:
        return bytes(self.conditions.read("attestation_digest", self.id, attestor, answer, EVIDENCE))


def fact(attestors: list[bytes] | None = None, quorum: int = 2) -> Fact:
    conditions = Placed(load("conditions"), b"\xe8" * 20)
    named = [ANNA, BEN, CLEO] if attestors is None else attestors
    id = conditions.do("prepare", QUESTION, named, quorum, now() + TERM_S, DEFAULT, sender=CREATOR)
    return Fact(conditions, id)


def test_a_question_is_recorded_and_logged() -> None:
    conditions = Placed(load("conditions"), b"\xe8" * 20)
    foretold, expiry = conditions.read("next_id", CREATOR), now() + TERM_S
    outcome = conditions.attempt("prepare", QUESTION, [ANNA, BEN, CLEO], 2, expiry, DEFAULT, sender=CREATOR)
    said = {"creator": CREATOR, "question": QUESTION, "quorum": 2, "expiry": expiry, "default_value": DEFAULT}
    said = {**said, "attestors": (ANNA, BEN, CLEO)}
    assert outcome.result == foretold
    assert outcome.event("Prepared").arguments == {"id": foretold, **said}
    record = conditions.read("condition", foretold)
    assert record == {**said, "agreed_value": 0, "agreed": False, "state": 1}
    assert conditions.read("outcome", foretold) == (False, 0)
    assert conditions.read("outcome_bytes32", foretold) == (False, bytes(32))
    assert conditions.read("last_deadline", foretold) == expiry
    assert [conditions.read("is_attestor", foretold, who) for who in (ANNA, CLEO, DORA)] == [True, True, False]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"question": bytes(32)}, "conditions: no question"),
        ({"attestors": []}, "conditions: no attestors"),
        ({"attestors": [ANNA, bytes(20)]}, "conditions: not an attestor"),
        ({"attestors": [ANNA, BEN, ANNA]}, "conditions: attestor named twice"),
        ({"quorum": 4}, "conditions: quorum out of reach"),
        ({"quorum": 3}, ""),
        ({"quorum": 1}, "conditions: quorum too small"),
        ({"quorum": 0}, "conditions: quorum too small"),
        ({"attestors": [ANNA, BEN, CLEO, DORA], "quorum": 2}, "conditions: quorum too small"),
        ({"attestors": [ANNA, BEN, CLEO, DORA], "quorum": 3}, ""),
        ({"attestors": [ANNA], "quorum": 1}, ""),
        ({"attestors": [bytes([number]) * 20 for number in range(1, 17)], "quorum": 9}, ""),
        ({"term_s": 0}, "deadlines: has passed already"),
        ({"term_s": TEN_YEARS_S + 1}, "deadlines: too far ahead"),
        ({"term_s": TEN_YEARS_S}, ""),
    ],
)
def test_what_may_be_asked(change: dict[str, Any], refusal: str) -> None:
    conditions = Placed(load("conditions"), b"\xe8" * 20)
    asked = {"question": QUESTION, "attestors": [ANNA, BEN, CLEO], "quorum": 2, "term_s": TERM_S, **change}
    arguments = (asked["question"], asked["attestors"], asked["quorum"], now() + asked["term_s"], DEFAULT)
    assert conditions.attempt("prepare", *arguments, sender=CREATOR).words == refusal


def test_a_quorum_makes_the_fact_final() -> None:
    asked = fact()
    outcome = asked.do("attest", 5, EVIDENCE, sender=ANNA)
    logged = {"id": asked.id, "attestor": ANNA, "answer": 5, "evidence": EVIDENCE}
    assert outcome.event("Attested").arguments == {**logged, "votes_before": 0, "votes_after": 1}
    assert asked.outcome() == (False, 0)
    assert asked.conditions.read("attestation", asked.id, ANNA) == {"answer": 5, "evidence": EVIDENCE, "made": True}
    outcome = asked.do("attest", 5, EVIDENCE, sender=CLEO)
    assert outcome.event("Attested").arguments["votes_after"] == 2
    assert asked.outcome() == (True, 5)
    assert asked.conditions.read("outcome_bytes32", asked.id) == (True, (5).to_bytes(32, "big"))
    assert asked.conditions.read("votes", asked.id, 5) == 2
    asked.refused("a quorum agreed", "attest", 6, EVIDENCE, sender=BEN)
    # Final is final, also after the expiry.
    wait(TERM_S + 1)
    assert asked.outcome() == (True, 5)


def test_an_attestor_answers_once() -> None:
    asked = fact()
    asked.do("attest", 5, EVIDENCE, sender=ANNA)
    for answer in (5, 6):
        asked.refused("has answered already", "attest", answer, EVIDENCE, sender=ANNA)
    for caller in (CREATOR, STRANGER, DORA):
        asked.refused("not an attestor", "attest", 5, EVIDENCE, sender=caller)
    assert asked.outcome() == (False, 0)


def test_a_zero_is_an_answer() -> None:
    asked = fact()
    for caller in (ANNA, BEN):
        asked.do("attest", 0, bytes(32), sender=caller)
    assert asked.outcome() == (True, 0)
    assert asked.do("finalise", sender=STRANGER).event("Finalised").arguments["value"] == 0


def test_silence_and_a_split_end_in_the_default() -> None:
    asked = fact()
    for number, caller in enumerate((ANNA, BEN, CLEO)):
        asked.do("attest", number, EVIDENCE, sender=caller)
    wait(TERM_S)
    assert asked.outcome() == (False, 0)
    asked.refused("not expired", "default_outcome", sender=STRANGER)
    wait(1)
    assert asked.outcome() == (True, DEFAULT)
    asked.refused("no quorum", "finalise", sender=STRANGER)
    outcome = asked.do("default_outcome", sender=STRANGER)
    assert outcome.event("Defaulted").arguments == {"id": asked.id, "by": STRANGER, "value": DEFAULT}
    assert asked.conditions.read("condition", asked.id)["state"] == 2
    assert asked.outcome() == (True, DEFAULT)
    for name in ("default_outcome", "finalise"):
        asked.refused("not open", name, sender=STRANGER)


def test_answers_end_with_the_expiry() -> None:
    asked = fact()
    asked.do("attest", 5, EVIDENCE, sender=ANNA)
    wait(TERM_S)
    asked.do("attest", 5, EVIDENCE, sender=BEN)
    late = fact()
    wait_until(now() + TERM_S + 1)
    late.refused("expired", "attest", 5, EVIDENCE, sender=ANNA)


def test_a_quorum_is_written_down_once() -> None:
    asked = fact()
    for caller in (ANNA, BEN):
        asked.do("attest", 5, EVIDENCE, sender=caller)
    wait(TERM_S + 1)
    asked.refused("a quorum agreed", "default_outcome", sender=STRANGER)
    outcome = asked.do("finalise", sender=STRANGER)
    assert outcome.event("Finalised").arguments == {"id": asked.id, "by": STRANGER, "value": 5}
    for name in ("default_outcome", "finalise"):
        asked.refused("not open", name, sender=STRANGER)
    assert asked.outcome() == (True, 5)


def test_an_unknown_question_is_never_final() -> None:
    unknown = Fact(fact().conditions, b"\1" * 32)
    assert (unknown.outcome(), unknown.conditions.read("last_deadline", unknown.id)) == ((False, 0), 0)
    unknown.refused("not an attestor", "attest", 5, EVIDENCE, sender=ANNA)
    for name in ("default_outcome", "finalise"):
        unknown.refused("not open", name, sender=STRANGER)


def test_anyone_brings_a_signed_answer() -> None:
    asked = fact()
    for key in KEYS[:2]:
        signature = key.sign(asked.digest(key.address, 5))
        outcome = asked.do("attest_signed", key.address, 5, EVIDENCE, signature, sender=STRANGER)
        assert outcome.event("Attested").arguments["attestor"] == key.address
    assert asked.outcome() == (True, 5)


def test_a_signature_is_of_one_attestor_answer_and_question() -> None:
    asked = fact()
    signature = KEYS[0].sign(asked.digest(ANNA, 5))
    for attestor, answer, evidence in ((BEN, 5, EVIDENCE), (ANNA, 6, EVIDENCE), (ANNA, 5, bytes(32))):
        asked.refused("not signed by attestor", "attest_signed", attestor, answer, evidence, signature, sender=STRANGER)
    other = Fact(
        asked.conditions, asked.conditions.do("prepare", QUESTION, [ANNA], 1, now() + TERM_S, DEFAULT, sender=CREATOR)
    )
    other.refused("not signed by attestor", "attest_signed", ANNA, 5, EVIDENCE, signature, sender=STRANGER)
    asked.do("attest_signed", ANNA, 5, EVIDENCE, signature, sender=STRANGER)
    asked.refused("has answered already", "attest_signed", ANNA, 5, EVIDENCE, signature, sender=STRANGER)
    by_dora = KEYS[3].sign(asked.digest(DORA, 5))
    asked.refused("not an attestor", "attest_signed", DORA, 5, EVIDENCE, by_dora, sender=STRANGER)


def test_what_is_signed_is_typed_data_of_this_contract_and_chain() -> None:
    asked = fact()
    kind = keccak(b"Attestation(bytes32 id,address attestor,uint256 answer,bytes32 evidence)")
    domain_kind = keccak(b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
    place = [(1).to_bytes(32, "big"), asked.conditions.address.rjust(32, b"\0")]
    domain = keccak(b"".join([domain_kind, keccak(b"Jiaozi Conditions"), keccak(b"1"), *place]))
    message = keccak(b"".join([kind, asked.id, ANNA.rjust(32, b"\0"), (5).to_bytes(32, "big"), EVIDENCE]))
    assert asked.digest(ANNA, 5) == keccak(b"\x19\x01" + domain + message)


def test_an_attestor_that_is_a_contract_signs_by_its_own_rule() -> None:
    account = signing_account(b"\xea" * 20)
    asked = fact([account.address], 1)
    arguments = (account.address, 5, EVIDENCE, b"")
    asked.refused("not signed by attestor", "attest_signed", *arguments, sender=STRANGER)
    account.do("sign", asked.digest(account.address, 5))
    asked.do("attest_signed", *arguments, sender=STRANGER)
    assert asked.outcome() == (True, 5)
