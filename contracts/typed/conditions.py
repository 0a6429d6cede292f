"""Conditions: Facts that named attestors decide.

Written by scripts/generate from conditions.vy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Condition:
    creator: bytes
    question: bytes
    attestors: tuple[bytes, ...]
    quorum: int
    expiry: int
    default_value: int
    agreed_value: int
    agreed: bool
    state: int


@dataclass(frozen=True, slots=True)
class Attestation:
    answer: int
    evidence: bytes
    made: bool


class Conditions(Bound):
    """Whether the goods arrived, what the meter read, whether the flight was late: whoever needs a fact prepares a
    question with its attestors, how many of them must agree, until when, and what holds if they do not. An attestor
    answers itself or signs an answer that anyone may relay. Other contracts ask `outcome`. Attestors who stay silent
    or disagree cannot hold anything up: at the expiry the default holds. Nobody owns a question, so nobody can
    withdraw or change it."""

    NAME = "conditions"

    def next_id(self, creator: bytes) -> bytes:
        """The id of what `creator` opens next.

        creator: Who would open it.

        Answers: keccak256 of chain, contract, creator and the creator's count.
        """
        return cast(bytes, self._read("next_id", [creator]))

    def nonces(self, account: bytes) -> int:
        return cast(int, self._read("nonces", [account]))

    def prepare(
        self, question: bytes, attestors: Sequence[bytes], quorum: int, expiry: int, default_value: int
    ) -> Sent:
        """Prepares a question. The caller gets no right over it.

        question: Hash of the question in words, with the meaning of each value.
        attestors: Who may answer: up to 16 different accounts, which may be contracts.
        quorum: How many must give the same value: more than half of them.
        expiry: Last second for an answer; at most ten years ahead.
        default_value: What holds after the expiry if no quorum agreed. A bytes32 value is given as its number.

        Answers: The question's id.
        """
        return self._send("prepare", [question, attestors, quorum, expiry, default_value])

    def attest(self, id: bytes, answer: int, evidence: bytes) -> Sent:
        """Answers a question. Attestors only, once each, until the expiry.

        id: The question.
        answer: The answer.
        evidence: Hash of what the answer rests on, or zero.
        """
        return self._send("attest", [id, answer, evidence])

    def attest_signed(self, id: bytes, attestor: bytes, answer: int, evidence: bytes, signature: bytes) -> Sent:
        """Brings an answer that an attestor signed (EIP-712). Anyone.

        id: The question.
        attestor: Who signed; a contract answers for itself (EIP-1271).
        answer: The answer.
        evidence: Hash of what the answer rests on, or zero.
        signature: r, s and v in 65 bytes, or what the attestor's contract takes.
        """
        return self._send("attest_signed", [id, attestor, answer, evidence, signature])

    def finalise(self, id: bytes) -> Sent:
        """Writes down the value that a quorum agreed on. Anyone, once.

        id: The question.
        """
        return self._send("finalise", [id])

    def default_outcome(self, id: bytes) -> Sent:
        """Writes down the default of a question whose expiry has passed without a quorum. Anyone, once.

        id: The question.
        """
        return self._send("default_outcome", [id])

    def outcome(self, id: bytes) -> tuple[bool, int]:
        """The fact, as other contracts ask for it.

        id: The question.

        Answers: Whether it is final, and if so its value (else 0).
        """
        return cast(tuple[bool, int], self._read("outcome", [id]))

    def outcome_bytes32(self, id: bytes) -> tuple[bool, bytes]:
        """The fact where its value is a hash.

        id: The question.

        Answers: Whether it is final, and if so its value (else 0).
        """
        return cast(tuple[bool, bytes], self._read("outcome_bytes32", [id]))

    def condition(self, id: bytes) -> Condition:
        """Everything about a question.

        id: The question.

        Answers: Its record; state 0 unknown, 1 prepared, 2 written down as final.
        """
        return record(Condition, self._read("condition", [id]))

    def attestation(self, id: bytes, attestor: bytes) -> Attestation:
        """What an attestor answered.

        id: The question.
        attestor: Whose answer.

        Answers: The answer; `made` is false where there is none yet.
        """
        return record(Attestation, self._read("attestation", [id, attestor]))

    def last_deadline(self, id: bytes) -> int:
        """The last second before a question is final in any case.

        id: The question.

        Answers: Seconds since 1970; zero for an unknown question.
        """
        return cast(int, self._read("last_deadline", [id]))

    def attestation_digest(self, id: bytes, attestor: bytes, answer: int, evidence: bytes) -> bytes:
        """What an attestor signs: Attestation(bytes32 id,address attestor,uint256 answer,bytes32 evidence).

        id: The question.
        attestor: Who signs.
        answer: The answer.
        evidence: Hash of what the answer rests on, or zero.

        Answers: The EIP-712 digest.
        """
        return cast(bytes, self._read("attestation_digest", [id, attestor, answer, evidence]))

    def is_attestor(self, id: bytes, account: bytes) -> bool:
        return cast(bool, self._read("is_attestor", [id, account]))

    def votes(self, id: bytes, answer: int) -> int:
        return cast(int, self._read("votes", [id, answer]))
