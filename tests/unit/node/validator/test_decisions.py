"""What the validator makes of frames, of consensus' wishes and of the answers of its jobs."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from node.app.ledger import TimerFired
from node.consensus import effects as asked
from node.consensus.errors import NotAValidator, NotTheProposer, TooFarAhead
from node.consensus.messages import Commit, Prepare, Proposal, decode_message, encode_message
from node.consensus.outline import CHECKED_FROM_BYTES
from node.consensus.timing import Timer
from node.execution.block import transactions_root
from node.network.frames import Kind
from node.network.identity import PeerId
from node.network.outgoing import BroadcastFrame, DropPeer, SendFrame
from node.pool.candidates import Candidates
from node.primitives import transaction as transaction_module
from node.primitives.block import Block
from node.primitives.certificate import seal_digest
from node.primitives.hashing import keccak
from node.primitives.keys import PrivateKey, recover_address
from node.primitives.rlp import encode
from node.primitives.types import Address, BlockNumber, Gas, Hash32, Wei
from node.validator.carry_out import build
from node.validator.core import MAX_DECODING_BYTES, MAX_WANTED, REFUSED_AGAIN_MS, WANTED_AGAIN_MS, head_view
from node.validator.jobs import BuildJob, DecodeDone, DecodeJob
from node.validator.offers import MAX_HASHES, decode_hashes, decode_transactions, encode_hashes, encode_transactions
from tests.unit.node.app.standing import KEYS, OBSERVER, PEERS, Standing, drops, payment, sent, signed
from tests.unit.node.chain.transfers import CHAIN_ID, pay

PROPOSER = min(range(4), key=lambda index: KEYS[index].address)
"""Of round 0 at height 1."""


def unknown(count: int, seed: int = 0) -> list[Hash32]:
    return [keccak(bytes([seed]) + number.to_bytes(4, "big")) for number in range(count)]


@pytest.fixture
def node() -> Standing:
    return Standing(PROPOSER)


def others(node: Standing) -> list[int]:
    return [index for index in range(4) if KEYS[index] is not node.key]


def vote(node: Standing, proposal: Proposal, index: int) -> list[bytes]:
    """What validator `index` says to a proposal that it likes."""
    prepare = Prepare(1, 0, proposal.digest)
    seal = KEYS[index].sign(seal_digest(CHAIN_ID, node.chain.genesis_hash, proposal.digest, 0))
    commit = Commit(1, 0, proposal.digest, seal)
    return [encode_message(signed(node.chain, message, KEYS[index])) for message in (prepare, commit)]


def test_a_proposer_builds_a_block_of_what_waits_and_commits_it_with_a_quorum(node: Standing) -> None:
    node.submit(payment())
    (raw,) = sent(node.wait(1_000), Kind.CONSENSUS)[:1]
    proposal = decode_message(raw)
    assert isinstance(proposal, Proposal) and proposal.block.transactions == (payment(),)
    for index in others(node)[:2]:
        for vote_ in vote(node, proposal, index):
            node.frame(PEERS[index], Kind.CONSENSUS, vote_)
    assert node.head == 1 and node.chain.head.hash == proposal.digest
    assert payment().hash not in node.ledger.pool, "what is mined waits no more"


def test_what_is_signed_is_persisted_before_it_leaves(node: Standing) -> None:
    """The block built at round 0 makes the first statement; the effects are those of the Ledger, in its order."""
    job = BuildJob(1, 0, node.chain.head.hash, KEYS[PROPOSER].address, 2_000, Candidates((), Wei(0)), True, 300)
    node.now_ms += 60_000
    asked_for = node.ledger.upon(TimerFired(Timer.EMPTY_BLOCK_PERIOD), node.instant())
    assert [effect for effect in asked_for if isinstance(effect, BuildJob)]
    effects = node.ledger.upon(build(node.chain, job, lambda: 0), node.instant())
    kinds = [type(effect) for effect in effects]
    assert kinds.index(asked.Persist) < kinds.index(BroadcastFrame)


def test_a_build_job_names_the_head_and_never_a_time_before_it(node: Standing) -> None:
    (job,) = node.ledger.validator._translated((asked.BuildBlock(1, 0, node.chain.head.hash, True),), node.instant())
    assert isinstance(job, BuildJob)
    assert (job.parent, job.author, job.allow_empty) == (node.chain.head.hash, KEYS[PROPOSER].address, True)
    assert job.timestamp >= node.chain.head.header.timestamp


def test_offers_are_answered_with_what_is_known_and_what_is_wanted(node: Standing) -> None:
    node.submit(payment())
    (stranger,) = unknown(1)
    answers = node.frame(PEERS[1], Kind.TRANSACTION_HASHES, encode_hashes([payment().hash, stranger]))
    assert sent(answers, Kind.ACKNOWLEDGE_TRANSACTIONS) == [payment().hash]
    assert sent(answers, Kind.GET_TRANSACTIONS) == [stranger]


def test_a_transaction_is_asked_of_one_peer_a_second(node: Standing) -> None:
    offer = encode_hashes(unknown(3))
    assert sent(node.frame(PEERS[1], Kind.TRANSACTION_HASHES, offer), Kind.GET_TRANSACTIONS) == [offer]
    assert node.frame(PEERS[2], Kind.TRANSACTION_HASHES, offer) == []
    node.now_ms += WANTED_AGAIN_MS
    assert sent(node.frame(PEERS[2], Kind.TRANSACTION_HASHES, offer), Kind.GET_TRANSACTIONS) == [offer]


def test_promises_that_nobody_keeps_are_bounded(node: Standing) -> None:
    for seed in range(MAX_WANTED // MAX_HASHES + 2):
        node.frame(PEERS[1], Kind.TRANSACTION_HASHES, encode_hashes(unknown(MAX_HASHES, seed)))
        assert len(node.ledger.validator._wanted) <= MAX_WANTED


def test_transactions_of_a_peer_are_admitted_acknowledged_and_offered_to_the_others(node: Standing) -> None:
    for peer in (PEERS[1], PEERS[2]):
        node.join(peer)
    (payload,) = encode_transactions([payment().raw])
    assert sent(node.frame(PEERS[1], Kind.TRANSACTIONS, payload), Kind.ACKNOWLEDGE_TRANSACTIONS) == [payment().hash]
    assert payment().hash in node.ledger.pool
    offers = [effect for effect in node.wait(50) if isinstance(effect, SendFrame)]
    assert [(offer.peer, offer.kind) for offer in offers] == [(PEERS[2], Kind.TRANSACTION_HASHES)]


def test_what_the_pool_refuses_for_good_is_acknowledged_all_the_same(node: Standing) -> None:
    other_chain = payment(nonce=5_000)
    (payload,) = encode_transactions([payment().raw, payment().raw, other_chain.raw])
    answers = node.frame(PEERS[1], Kind.TRANSACTIONS, payload)
    assert drops(answers) == []
    (acknowledged,) = sent(answers, Kind.ACKNOWLEDGE_TRANSACTIONS)
    assert set(decode_hashes(acknowledged)) == {payment().hash, other_chain.hash}


def test_more_transactions_than_are_ever_offered_cost_the_peer_its_connection(node: Standing) -> None:
    """Their acknowledgement would be larger than the wire takes."""
    reasons = drops(node.frame(PEERS[1], Kind.TRANSACTIONS, encode([payment().raw] * (MAX_HASHES + 1))))
    assert reasons == [
        f"TRANSACTIONS that do not parse: {MAX_HASHES + 1} transactions, at most {MAX_HASHES} are offered at once"
    ]


def test_what_is_refused_for_the_moment_is_not_acknowledged_and_asked_for_later(node: Standing) -> None:
    """Its sender has no money yet, which the next block may change: the peer is to go on offering it."""
    poor = pay(PrivateKey(keccak(b"nobody has paid me")), 0, value=1)
    assert node.frame(PEERS[1], Kind.TRANSACTIONS, encode([poor.raw])) == []
    assert node.frame(PEERS[1], Kind.TRANSACTION_HASHES, poor.hash) == [], "not at once"
    node.wait(REFUSED_AGAIN_MS)
    (asked_for,) = sent(node.frame(PEERS[1], Kind.TRANSACTION_HASHES, poor.hash), Kind.GET_TRANSACTIONS)
    assert asked_for == poor.hash


def test_a_transaction_is_answered_once_however_often_it_is_asked_for(node: Standing) -> None:
    node.submit(payment())
    answers = node.frame(PEERS[1], Kind.GET_TRANSACTIONS, payment().hash * MAX_HASHES)
    (payload,) = sent(answers, Kind.TRANSACTIONS)
    assert decode_transactions(payload) == [payment().raw]
    assert node.frame(PEERS[1], Kind.GET_TRANSACTIONS, encode_hashes(unknown(3))) == []


def test_what_waits_to_be_decoded_is_bounded(node: Standing) -> None:
    """The shell is slow here: nothing is decoded until the test says so."""
    core, payload = node.ledger.validator, bytes(4 * 1024 * 1024)
    jobs = [core.upon_frame(PEERS[1], Kind.TRANSACTIONS, payload, node.instant()) for _ in range(20)]
    taken = [job for each in jobs for job in each]
    assert len(taken) == MAX_DECODING_BYTES // len(payload)
    job = taken[0]
    assert isinstance(job, DecodeJob)
    core.upon_decoded(DecodeDone(job, (), None), node.instant())
    assert core.upon_frame(PEERS[2], Kind.TRANSACTIONS, payload, node.instant()) == (DecodeJob(PEERS[2], payload),)


def test_a_failed_check_is_no_vote() -> None:
    """The block of the proposer says it holds a transaction which it does not."""
    node = Standing(next(index for index in range(4) if index != PROPOSER))
    maker = Standing(PROPOSER)
    maker.submit(payment())
    proposal = decode_message(sent(maker.wait(1_000), Kind.CONSENSUS)[0])
    assert isinstance(proposal, Proposal)
    block = replace(proposal.block, transactions=())
    bad = signed(node.chain, replace(proposal, block=block, digest=block.hash), KEYS[PROPOSER])
    effects = node.frame(PEERS[PROPOSER], Kind.CONSENSUS, encode_message(bad))
    relayed = [decode_message(raw) for raw in sent(effects, Kind.CONSENSUS)]
    assert not [message for message in relayed if isinstance(message, Prepare)]
    assert node.persisted == []


def big_proposal(node: Standing) -> Proposal:
    """Of a block that is checked before it is decoded; it need not execute."""
    transactions = tuple(payment(nonce) for nonce in range(200))
    header = replace(
        node.chain.head.header,
        parent_hash=node.chain.head.hash,
        number=BlockNumber(1),
        coinbase=KEYS[PROPOSER].address,
        transactions_root=transactions_root(transactions),
    )
    made = Proposal(1, 0, header.hash, Block(header, transactions))
    assert len(encode_message(made)) > CHECKED_FROM_BYTES
    said = signed(node.chain, made, KEYS[PROPOSER])
    assert isinstance(said, Proposal)
    return said


@pytest.fixture
def recoveries(monkeypatch: pytest.MonkeyPatch) -> list[Hash32]:
    """Every sender of a transaction that is recovered from here on."""
    recovered: list[Hash32] = []

    def counted(digest: Hash32, signature: bytes) -> Address:
        recovered.append(digest)
        return recover_address(digest, signature)

    monkeypatch.setattr(transaction_module, "recover_address", counted)
    return recovered


def follower() -> Standing:
    return Standing(next(index for index in range(4) if index != PROPOSER))


def unsigned(proposal: Proposal) -> Proposal:
    return replace(proposal, signature=bytes(65))


def by_an_observer(proposal: Proposal) -> Proposal:
    return replace(proposal, signature=PrivateKey(keccak(b"an observer")).sign(proposal.digest))


def with_other_transactions(proposal: Proposal) -> Proposal:
    return replace(proposal, block=replace(proposal.block, transactions=proposal.block.transactions[1:]))


def with_another_block(proposal: Proposal) -> Proposal:
    header = replace(proposal.block.header, gas_used=Gas(1))
    return replace(proposal, block=replace(proposal.block, header=header))


@pytest.mark.parametrize("forged", [unsigned, by_an_observer, with_other_transactions, with_another_block])
def test_what_hangs_on_a_signature_that_is_not_its_own_is_never_decoded(
    recoveries: list[Hash32], forged: Callable[[Proposal], Proposal]
) -> None:
    node = follower()
    payload = encode_message(forged(big_proposal(node)))
    recoveries.clear()
    assert len(drops(node.frame(OBSERVER, Kind.CONSENSUS, payload))) == 1
    assert recoveries == []


def test_a_proposal_of_a_validator_whose_turn_it_is_not_is_not_decoded(recoveries: list[Hash32]) -> None:
    node = follower()
    out_of_turn = signed(
        node.chain, big_proposal(node), KEYS[next(index for index in others(node) if index != PROPOSER)]
    )
    recoveries.clear()
    (refused,) = node.frame(OBSERVER, Kind.CONSENSUS, encode_message(out_of_turn))
    assert isinstance(refused, asked.Refused) and isinstance(refused.error, NotTheProposer)
    assert recoveries == []


def test_a_block_is_decoded_once_whatever_comes_with_it(recoveries: list[Hash32]) -> None:
    node = follower()
    good = big_proposal(node)
    recoveries.clear()
    for votes in range(3):
        junk = tuple(Prepare(1, round_, good.digest, bytes(65)) for round_ in range(votes))
        assert drops(node.frame(OBSERVER, Kind.CONSENSUS, encode_message(replace(good, prepares=junk)))) == []
    assert len(recoveries) == len(good.block.transactions)


@pytest.mark.parametrize("height", [2, 3])
def test_a_stranger_at_a_height_whose_validators_we_do_not_know_costs_no_connection(
    recoveries: list[Hash32], height: int
) -> None:
    """The peer may know of a change of validators that we have not seen."""
    node = follower()
    stranger = signed(node.chain, replace(big_proposal(node), height=height), PrivateKey(keccak(b"newly elected")))
    recoveries.clear()
    (refused,) = node.frame(PEERS[1], Kind.CONSENSUS, encode_message(stranger))
    assert isinstance(refused, asked.Refused) and isinstance(refused.error, NotAValidator | TooFarAhead)
    assert recoveries == []


def test_an_old_message_is_answered_undecoded(recoveries: list[Hash32]) -> None:
    node = follower()
    old = encode_message(big_proposal(node))
    node.little.grow()
    node.upon_news()
    node.now_ms += 5_000
    recoveries.clear()
    assert sent(node.frame(PEERS[1], Kind.CONSENSUS, old), Kind.STATUS)
    assert recoveries == []


def test_a_build_on_a_head_that_has_moved_gives_no_block(node: Standing) -> None:
    (job,) = node.ledger.validator._translated((asked.BuildBlock(1, 0, node.chain.head.hash, True),), node.instant())
    assert isinstance(job, BuildJob)
    assert build(node.chain, job, lambda: 0).block is not None
    node.little.grow()
    assert build(node.chain, job, lambda: 0).block is None


def test_a_follower_builds_and_signs_nothing() -> None:
    follower = Standing(None)
    follower.submit(payment())
    follower.wait(120_000)
    assert follower.persisted == [] and follower.head == 0


@pytest.mark.parametrize(
    ("kind", "payload"),
    [(Kind.TRANSACTION_HASHES, b"x"), (Kind.CONSENSUS, encode([b"x"])), (Kind.TRANSACTIONS, b"\xc1\xc0")],
)
def test_what_does_not_parse_costs_the_connection_of_whoever_sent_it(
    node: Standing, kind: Kind, payload: bytes
) -> None:
    (dropped,) = node.frame(OBSERVER, kind, payload)
    assert isinstance(dropped, DropPeer) and dropped.peer == OBSERVER
    assert dropped.reason.startswith(kind.name + " that do")


def test_genesis_has_no_proposer(node: Standing) -> None:
    assert head_view(node.chain.head).proposer is None
    node.little.grow()
    assert head_view(node.chain.head).proposer == node.chain.head.header.coinbase


def test_who_left_is_offered_nothing(node: Standing) -> None:
    node.join(PEERS[1])
    node.ledger.validator.upon_peer_left(PEERS[1])
    node.submit(payment())
    assert node.wait(20) == []
    assert PeerId("never seen") not in node.ledger.sync.claims
