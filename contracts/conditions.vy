# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title Facts that named attestors decide
@license Apache-2.0
@notice Whether the goods arrived, what the meter read, whether the flight was late: whoever needs a fact prepares a
        question with its attestors, how many of them must agree, until when, and what holds if they do not. An
        attestor answers itself or signs an answer that anyone may relay. Other contracts ask `outcome`.
        Attestors who stay silent or disagree cannot hold anything up: at the expiry the default holds. Nobody owns
        a question, so nobody can withdraw or change it.
@dev    Truths that hold after every transaction, for each question:
        an attestor answers once; what is final stays final and keeps its value;
        more than half of the attestors must agree, so two values can never both have a quorum;
        `outcome` is final exactly if a quorum was reached by the expiry or the expiry has passed. `finalise` and
        `default_outcome` only write down, for the books, what `outcome` says already.
"""

from .interfaces import IConditions
from .modules import deadlines
from .modules import ids
from .modules import signatures

implements: IConditions

initializes: ids

exports: (
    ids.next_id,
    ids.nonces,
)

struct Condition:
    creator: address
    question: bytes32
    attestors: DynArray[address, MAX_ATTESTORS]
    quorum: uint256
    expiry: uint256
    default_value: uint256
    # The value that a quorum agreed on; means nothing before `agreed`.
    agreed_value: uint256
    agreed: bool
    state: uint8

struct Attestation:
    answer: uint256
    evidence: bytes32
    made: bool

MAX_ATTESTORS: constant(uint256) = 16

PREPARED: constant(uint8) = 1
FINAL: constant(uint8) = 2

NAME: constant(String[32]) = "Jiaozi Conditions"
VERSION: constant(String[8]) = "1"
ATTESTATION_TYPE: constant(bytes32) = keccak256(
    "Attestation(bytes32 id,address attestor,uint256 answer,bytes32 evidence)"
)

conditions: HashMap[bytes32, Condition]
# id -> account
is_attestor: public(HashMap[bytes32, HashMap[address, bool]])
attestations: HashMap[bytes32, HashMap[address, Attestation]]
# id -> answer -> how many attestors gave it
votes: public(HashMap[bytes32, HashMap[uint256, uint256]])

event Prepared:
    id: indexed(bytes32)
    creator: indexed(address)
    question: indexed(bytes32)
    attestors: DynArray[address, MAX_ATTESTORS]
    quorum: uint256
    expiry: uint256
    default_value: uint256

event Attested:
    id: indexed(bytes32)
    attestor: indexed(address)
    answer: uint256
    evidence: bytes32
    votes_before: uint256
    votes_after: uint256

event Finalised:
    id: indexed(bytes32)
    by: indexed(address)
    value: uint256

event Defaulted:
    id: indexed(bytes32)
    by: indexed(address)
    value: uint256


@deploy
def __init__():
    pass


@external
def prepare(
    question: bytes32,
    attestors: DynArray[address, MAX_ATTESTORS],
    quorum: uint256,
    expiry: uint256,
    default_value: uint256,
) -> bytes32:
    """
    @notice Prepares a question. The caller gets no right over it.
    @param question Hash of the question in words, with the meaning of each value.
    @param attestors Who may answer: up to 16 different accounts, which may be contracts.
    @param quorum How many must give the same value: more than half of them.
    @param expiry Last second for an answer; at most ten years ahead.
    @param default_value What holds after the expiry if no quorum agreed. A bytes32 value is given as its number.
    @return The question's id.
    """
    assert question != empty(bytes32), "conditions: no question"
    assert len(attestors) > 0, "conditions: no attestors"
    assert quorum <= len(attestors), "conditions: quorum out of reach"
    assert 2 * quorum > len(attestors), "conditions: quorum too small"
    deadlines._check_ahead(expiry)
    id: bytes32 = ids._take_id(msg.sender)
    for attestor: address in attestors:
        assert attestor != empty(address), "conditions: not an attestor"
        assert not self.is_attestor[id][attestor], "conditions: attestor named twice"
        self.is_attestor[id][attestor] = True
    self.conditions[id] = Condition(
        creator=msg.sender,
        question=question,
        attestors=attestors,
        quorum=quorum,
        expiry=expiry,
        default_value=default_value,
        agreed_value=0,
        agreed=False,
        state=PREPARED,
    )
    log Prepared(
        id=id,
        creator=msg.sender,
        question=question,
        attestors=attestors,
        quorum=quorum,
        expiry=expiry,
        default_value=default_value,
    )
    return id


@external
def attest(id: bytes32, answer: uint256, evidence: bytes32):
    """
    @notice Answers a question. Attestors only, once each, until the expiry.
    @param id The question.
    @param answer The answer.
    @param evidence Hash of what the answer rests on, or zero.
    """
    self._attest(id, msg.sender, answer, evidence)


@external
def attest_signed(
    id: bytes32,
    attestor: address,
    answer: uint256,
    evidence: bytes32,
    signature: Bytes[signatures.MAX_SIGNATURE],
):
    """
    @notice Brings an answer that an attestor signed (EIP-712). Anyone.
    @param id The question.
    @param attestor Who signed; a contract answers for itself (EIP-1271).
    @param answer The answer.
    @param evidence Hash of what the answer rests on, or zero.
    @param signature r, s and v in 65 bytes, or what the attestor's contract takes.
    """
    digest: bytes32 = self._attestation_digest(id, attestor, answer, evidence)
    assert signatures._signed_by(attestor, digest, signature), "conditions: not signed by attestor"
    self._attest(id, attestor, answer, evidence)


@external
def finalise(id: bytes32):
    """
    @notice Writes down the value that a quorum agreed on. Anyone, once.
    @param id The question.
    """
    condition: Condition = self.conditions[id]
    assert condition.state == PREPARED, "conditions: not open"
    assert condition.agreed, "conditions: no quorum"
    self.conditions[id].state = FINAL
    log Finalised(id=id, by=msg.sender, value=condition.agreed_value)


@external
def default_outcome(id: bytes32):
    """
    @notice Writes down the default of a question whose expiry has passed without a quorum. Anyone, once.
    @param id The question.
    """
    condition: Condition = self.conditions[id]
    assert condition.state == PREPARED, "conditions: not open"
    assert not condition.agreed, "conditions: a quorum agreed"
    assert deadlines._has_passed(condition.expiry), "conditions: not expired"
    self.conditions[id].state = FINAL
    log Defaulted(id=id, by=msg.sender, value=condition.default_value)


@external
@view
def outcome(id: bytes32) -> (bool, uint256):
    """
    @notice The fact, as other contracts ask for it.
    @param id The question.
    @return Whether it is final, and if so its value (else 0).
    """
    return self._outcome(id)


@external
@view
def outcome_bytes32(id: bytes32) -> (bool, bytes32):
    """
    @notice The fact where its value is a hash.
    @param id The question.
    @return Whether it is final, and if so its value (else 0).
    """
    final: bool = False
    value: uint256 = 0
    final, value = self._outcome(id)
    return final, convert(value, bytes32)


@external
@view
def condition(id: bytes32) -> Condition:
    """
    @notice Everything about a question.
    @param id The question.
    @return Its record; state 0 unknown, 1 prepared, 2 written down as final.
    """
    return self.conditions[id]


@external
@view
def attestation(id: bytes32, attestor: address) -> Attestation:
    """
    @notice What an attestor answered.
    @param id The question.
    @param attestor Whose answer.
    @return The answer; `made` is false where there is none yet.
    """
    return self.attestations[id][attestor]


@external
@view
def last_deadline(id: bytes32) -> uint256:
    """
    @notice The last second before a question is final in any case.
    @param id The question.
    @return Seconds since 1970; zero for an unknown question.
    """
    return self.conditions[id].expiry


@external
@view
def attestation_digest(id: bytes32, attestor: address, answer: uint256, evidence: bytes32) -> bytes32:
    """
    @notice What an attestor signs: Attestation(bytes32 id,address attestor,uint256 answer,bytes32 evidence).
    @param id The question.
    @param attestor Who signs.
    @param answer The answer.
    @param evidence Hash of what the answer rests on, or zero.
    @return The EIP-712 digest.
    """
    return self._attestation_digest(id, attestor, answer, evidence)


@internal
def _attest(id: bytes32, attestor: address, answer: uint256, evidence: bytes32):
    expiry: uint256 = self.conditions[id].expiry
    assert self.is_attestor[id][attestor], "conditions: not an attestor"
    assert not deadlines._has_passed(expiry), "conditions: expired"
    assert not self.attestations[id][attestor].made, "conditions: has answered already"
    assert not self.conditions[id].agreed, "conditions: a quorum agreed"
    self.attestations[id][attestor] = Attestation(answer=answer, evidence=evidence, made=True)
    before: uint256 = self.votes[id][answer]
    self.votes[id][answer] = before + 1
    if before + 1 == self.conditions[id].quorum:
        self.conditions[id].agreed_value = answer
        self.conditions[id].agreed = True
    log Attested(
        id=id, attestor=attestor, answer=answer, evidence=evidence, votes_before=before, votes_after=before + 1
    )


@internal
@view
def _outcome(id: bytes32) -> (bool, uint256):
    if self.conditions[id].state == 0:
        return False, 0
    if self.conditions[id].agreed:
        return True, self.conditions[id].agreed_value
    if deadlines._has_passed(self.conditions[id].expiry):
        return True, self.conditions[id].default_value
    return False, 0


@internal
@view
def _attestation_digest(id: bytes32, attestor: address, answer: uint256, evidence: bytes32) -> bytes32:
    message: bytes32 = keccak256(abi_encode(ATTESTATION_TYPE, id, attestor, answer, evidence))
    return signatures._digest(signatures._domain(NAME, VERSION), message)
