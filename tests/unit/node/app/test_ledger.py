"""What the one object of decisions makes of what its parts tell each other."""

from dataclasses import replace
from typing import Any

import pytest

from node.app.ledger import OFFER_DELAY_MS, OwnTimer
from node.chain.model import Head
from node.consensus.messages import Proposal, decode_message
from node.network.events import PeerLeft
from node.network.frames import Kind
from node.network.outgoing import BroadcastFrame
from node.primitives.certificate import CommitCertificate, seal_digest
from node.primitives.types import BlockNumber
from node.sync.wire import Status, encode_status
from tests.unit.node.app.standing import KEYS, OBSERVER, PEERS, Standing, drops, payment, sent
from tests.unit.node.chain.transfers import CHAIN_ID

PROPOSER = min(range(4), key=lambda index: KEYS[index].address)


def status_of(head: Head, **changes: Any) -> bytes:
    return encode_status(replace(Status(head.header.number, head.hash, head.certificate), **changes))


def test_an_old_certificate_under_a_new_number_stops_nobody_from_voting() -> None:
    """Its seals are a quorum's, but of the block below: whoever shows it lies."""
    node = Standing()
    node.little.grow(payment())
    node.upon_news()
    lie = status_of(node.chain.head, number=BlockNumber(2))
    assert drops(node.frame(OBSERVER, Kind.STATUS, lie)) == ["STATUS that gives block 1 the number 2"]
    assert node.ledger.validator.qbft.height.voting


def test_a_certificate_of_the_next_height_stops_voting_until_its_block_is_here() -> None:
    source, node = Standing(None), Standing()
    source.little.grow(payment())
    assert drops(node.frame(OBSERVER, Kind.STATUS, status_of(source.chain.head))) == []
    assert not node.ledger.validator.qbft.height.voting


@pytest.mark.parametrize("seals", [0, 2])
def test_a_certificate_without_a_quorum_proves_nothing(seals: int) -> None:
    source, node = Standing(None), Standing()
    source.little.grow(payment())
    certificate = source.chain.head.certificate
    assert certificate is not None
    short = CommitCertificate(certificate.round, certificate.seals[:1] * seals)
    assert drops(node.frame(OBSERVER, Kind.STATUS, status_of(source.chain.head, certificate=short))) == []
    assert node.ledger.validator.qbft.height.voting


def test_a_certificate_for_a_block_that_is_executed_commits_it_at_once() -> None:
    maker, node = Standing(PROPOSER), Standing((PROPOSER + 1) % 4)
    maker.submit(payment())
    (raw, *_) = sent(maker.wait(1_000), Kind.CONSENSUS)
    proposal = decode_message(raw)
    assert isinstance(proposal, Proposal)
    node.frame(PEERS[PROPOSER], Kind.CONSENSUS, raw)
    digest = seal_digest(CHAIN_ID, node.chain.genesis_hash, proposal.digest, 0)
    certificate = CommitCertificate(0, tuple(key.sign(digest) for key in KEYS[:3]))
    node.frame(OBSERVER, Kind.STATUS, encode_status(Status(BlockNumber(1), proposal.digest, certificate)))
    assert node.chain.head.hash == proposal.digest


def test_transactions_that_come_together_are_offered_in_one_frame() -> None:
    node = Standing(None)
    node.join(PEERS[1])
    for nonce in range(5):
        node.submit(payment(nonce))
    assert node.timers[OwnTimer.OFFERS] == node.now_ms + OFFER_DELAY_MS
    (frame,) = sent(node.wait(OFFER_DELAY_MS), Kind.TRANSACTION_HASHES)
    assert len(frame) == 5 * 32


def test_who_leaves_is_forgotten_by_every_part() -> None:
    node = Standing(lost=True)
    node.join(PEERS[1], 9)
    node.upon(PeerLeft(PEERS[1], "gone"))
    assert node.ledger.sync.claims == {} and node.ledger._validator_peers == {}
    node.submit(payment())
    assert node.ledger.validator.offers.next_due_ms(node.now_ms) is None


def test_a_new_head_is_announced_to_everybody() -> None:
    node = Standing(None)
    node.little.grow(payment())
    (status,) = sent(node.upon_news(), Kind.STATUS)
    assert status == status_of(node.chain.head)


def test_a_certificate_for_a_block_we_have_not_seen_goes_on_to_the_others_once() -> None:
    """The one that brought it may die; whoever has executed the block can then commit it, and we fetch it there."""
    source, node = Standing(None), Standing(0)
    source.little.grow(payment())
    head = source.chain.head
    status = encode_status(Status(head.header.number, head.hash, head.certificate))
    node.join(PEERS[1], 1)
    assert BroadcastFrame(Kind.STATUS, status, PEERS[1]) in node.frame(PEERS[1], Kind.STATUS, status)
    again = node.frame(PEERS[2], Kind.STATUS, status)
    assert not [effect for effect in again if isinstance(effect, BroadcastFrame)]
