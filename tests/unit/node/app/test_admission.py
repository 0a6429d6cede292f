"""Who is let in by the state at the head, and who is sent away when the state changes its mind."""

from collections.abc import Iterator

import pytest

from node.app.admission import Admission
from node.app.assembly import KeySignatures, make_ledger
from node.app.ledger import Ledger
from node.chain.model import Committed
from node.consensus.timing import Instant
from node.network.events import PeerIdentity, PeerJoined, PeerLeft
from node.network.identity import NodeIdentity, public_key_of
from node.network.outgoing import DropPeer
from tests.unit.node.governed import KEYS, Governed
from tests.unit.node.rpc.solo import NOW, RICH, development_genesis, open_chain

PEER, OTHER = NodeIdentity(b"\x0a" * 32), NodeIdentity(b"\x0b" * 32)
UNLISTED, AS_VALIDATOR, OBSERVER, BARRED = 0, 1, 2, 3
STRANGER = "neither a validator at our head, nor on the admission list, nor one of our configured peers"
BARRED_WORDS = "barred by the admission contract"


@pytest.fixture
def governed() -> Iterator[Governed]:
    node = Governed()
    yield node
    node.close()


def observer(identity: NodeIdentity = PEER, *, configured: bool = False) -> PeerIdentity:
    return PeerIdentity(identity.peer_id, None, configured)


def test_a_peer_id_is_its_public_key() -> None:
    assert public_key_of(PEER.peer_id) == PEER.public_key


def test_where_nobody_is_listed_validators_and_configured_peers_come_in(governed: Governed) -> None:
    admission = Admission(governed.chain)
    assert admission.refusal(PeerIdentity(PEER.peer_id, KEYS[0].address, False)) is None
    assert admission.refusal(observer(configured=True)) is None
    assert admission.refusal(observer()) == STRANGER
    assert admission.refusal(PeerIdentity(PEER.peer_id, RICH.address, False)) == STRANGER


@pytest.mark.parametrize("standing", [AS_VALIDATOR, OBSERVER])
def test_the_list_lets_in_whom_it_names_and_nobody_else(governed: Governed, standing: int) -> None:
    admission = Admission(governed.chain)
    governed.list_peers(standing, PEER)
    assert admission.refusal(observer()) is None
    assert admission.refusal(observer(OTHER)) == STRANGER
    governed.list_peers(UNLISTED, PEER)
    assert admission.refusal(observer()) == STRANGER


def test_who_is_barred_stays_out_whatever_else_it_is(governed: Governed) -> None:
    admission = Admission(governed.chain)
    governed.list_peers(BARRED, PEER)
    for identity in (observer(), observer(configured=True), PeerIdentity(PEER.peer_id, KEYS[0].address, True)):
        assert admission.refusal(identity) == BARRED_WORDS
    assert admission.refusal(PeerIdentity(OTHER.peer_id, KEYS[0].address, False)) is None


def test_a_genesis_without_the_contract_lists_nobody() -> None:
    admission = Admission(open_chain(development_genesis()))
    assert admission.refusal(observer()) == STRANGER
    assert admission.refusal(observer(configured=True)) is None


class Told:
    """A ledger that hears of every commit, as the service tells it."""

    def __init__(self, governed: Governed) -> None:
        rules = governed.chain.config.qbft
        assert rules is not None
        signatures = KeySignatures(KEYS[0])
        self.ledger: Ledger = make_ledger(governed.chain, signatures, None, rules, None, lost=False)
        self.ledger.start(Instant(0, NOW))
        self.commits: list[Committed] = []
        governed.chain.subscribe(self.commits.append)

    def join(self, identity: PeerIdentity) -> None:
        self.ledger.upon(PeerJoined(identity.peer_id, identity, 0), Instant(0, NOW))

    def leave(self, identity: PeerIdentity) -> None:
        self.ledger.upon(PeerLeft(identity.peer_id, "gone"), Instant(0, NOW))

    def dismissed(self) -> list[tuple[str, str]]:
        """By what was committed since the last time."""
        commits, self.commits[:] = list(self.commits), []
        effects = [effect for event in commits for effect in self.ledger.upon(event, Instant(0, NOW))]
        return [(effect.peer, effect.reason) for effect in effects if isinstance(effect, DropPeer)]


def test_who_loses_its_place_on_the_list_is_sent_away_in_that_block(governed: Governed) -> None:
    told = Told(governed)
    governed.list_peers(OBSERVER, PEER, OTHER)
    for identity in (observer(PEER), observer(OTHER)):
        told.join(identity)
    assert told.dismissed() == []
    governed.list_peers(UNLISTED, PEER)
    assert told.dismissed() == [(PEER.peer_id, f"no longer admitted: {STRANGER}")]
    governed.list_peers(BARRED, OTHER)
    told.leave(observer(PEER))
    assert told.dismissed() == [(OTHER.peer_id, f"no longer admitted: {BARRED_WORDS}")]


def test_who_is_configured_stays_unless_barred(governed: Governed) -> None:
    told = Told(governed)
    governed.list_peers(OBSERVER, PEER)
    told.join(observer(configured=True))
    governed.list_peers(UNLISTED, PEER)
    assert told.dismissed() == []
    governed.list_peers(BARRED, PEER)
    assert told.dismissed() == [(PEER.peer_id, f"no longer admitted: {BARRED_WORDS}")]


def test_a_block_that_changes_no_list_judges_nobody(governed: Governed) -> None:
    told = Told(governed)
    told.join(observer())  # was let in by an older head
    governed.mine()
    assert told.dismissed() == []


def test_a_validator_that_was_voted_out_is_sent_away_unless_listed() -> None:
    governed = Governed(5)
    try:
        told = Told(governed)
        leaving = KEYS[4].address
        unlisted, listed = PeerIdentity(PEER.peer_id, leaving, False), PeerIdentity(OTHER.peer_id, leaving, False)
        governed.list_peers(AS_VALIDATOR, OTHER)
        for identity in (unlisted, listed):
            told.join(identity)
        governed.decide("validators", "propose_remove", leaving, 0)
        assert told.dismissed() == []
        governed.mine()
        assert told.dismissed() == [(PEER.peer_id, f"no longer admitted: {STRANGER}")]
        governed.mine()
        assert told.dismissed() == []
    finally:
        governed.close()
