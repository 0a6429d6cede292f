"""Who is let in by the state at the head, and who is sent away when the state changes its mind."""

from collections.abc import Iterator

import pytest

from contracts import ADMISSION, load
from node.app.admission import Admission
from node.app.assembly import KeySignatures, make_ledger
from node.app.genesis_document import NetworkPlan, genesis_document, qbft_rules
from node.app.ledger import Ledger
from node.chain.model import Committed
from node.consensus.timing import Instant
from node.execution.engines import load_engine
from node.network.events import PeerIdentity, PeerJoined, PeerLeft
from node.network.identity import NodeIdentity, public_key_of
from node.network.outgoing import DropPeer
from node.primitives.genesis import parse_genesis
from node.primitives.keys import PrivateKey
from node.primitives.transaction import TransactionKind, UnsignedTransaction, sign_transaction
from node.primitives.types import Address, Gas
from tests.unit.node.rpc.solo import NOW, RICH, VALIDATOR, SoloNode, development_genesis, open_chain

PEER, OTHER = NodeIdentity(b"\x0a" * 32), NodeIdentity(b"\x0b" * 32)
UNLISTED, AS_VALIDATOR, OBSERVER, BARRED = 0, 1, 2, 3
STRANGER = "neither a validator at our head, nor on the admission list, nor one of our configured peers"
BARRED_WORDS = "barred by the admission contract"


class Governed(SoloNode):
    """A chain of one validator with the genesis suite: what its key proposes is decided."""

    def __init__(self) -> None:
        plan = NetworkPlan(
            chain_id=7,
            validators=(VALIDATOR.address,),
            central_bank=RICH.address,
            guardian=PrivateKey(b"\x03" * 32).address,
            timestamp=NOW - 1_000,
            rules=qbft_rules(block_period_ms=1_000, development=True),
        )
        super().__init__(open_chain(parse_genesis(genesis_document(plan, load_engine("pyevm")))))
        self.nonce = 0

    def decide(self, standing: int, *peers: NodeIdentity) -> None:
        data = load("admission").encode_call("propose", [each.public_key for each in peers], standing)
        unsigned = UnsignedTransaction(
            kind=TransactionKind.DYNAMIC_FEE, chain_id=7, nonce=self.nonce, gas=Gas(1_000_000),
            to=Address(ADMISSION), data=data,
        )  # fmt: skip
        self.submit(sign_transaction(unsigned, VALIDATOR)).result()
        self.mine()
        self.nonce += 1
        (receipt,) = self.chain.receipts(self.chain.head.number)
        assert receipt.receipt.succeeded, receipt.revert_data


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
    assert admission.refusal(PeerIdentity(PEER.peer_id, VALIDATOR.address, False)) is None
    assert admission.refusal(observer(configured=True)) is None
    assert admission.refusal(observer()) == STRANGER
    assert admission.refusal(PeerIdentity(PEER.peer_id, RICH.address, False)) == STRANGER


@pytest.mark.parametrize("standing", [AS_VALIDATOR, OBSERVER])
def test_the_list_lets_in_whom_it_names_and_nobody_else(governed: Governed, standing: int) -> None:
    admission = Admission(governed.chain)
    governed.decide(standing, PEER)
    assert admission.refusal(observer()) is None
    assert admission.refusal(observer(OTHER)) == STRANGER
    governed.decide(UNLISTED, PEER)
    assert admission.refusal(observer()) == STRANGER


def test_who_is_barred_stays_out_whatever_else_it_is(governed: Governed) -> None:
    admission = Admission(governed.chain)
    governed.decide(BARRED, PEER)
    for identity in (observer(), observer(configured=True), PeerIdentity(PEER.peer_id, VALIDATOR.address, True)):
        assert admission.refusal(identity) == BARRED_WORDS
    assert admission.refusal(PeerIdentity(OTHER.peer_id, VALIDATOR.address, False)) is None


def test_a_genesis_without_the_contract_lists_nobody() -> None:
    admission = Admission(open_chain(development_genesis()))
    assert admission.refusal(observer()) == STRANGER
    assert admission.refusal(observer(configured=True)) is None


class Told:
    """A ledger that hears of every commit, as the service tells it."""

    def __init__(self, governed: Governed) -> None:
        rules = governed.chain.config.qbft
        assert rules is not None
        signatures = KeySignatures(VALIDATOR)
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
    governed.decide(OBSERVER, PEER, OTHER)
    for identity in (observer(PEER), observer(OTHER)):
        told.join(identity)
    assert told.dismissed() == []
    governed.decide(UNLISTED, PEER)
    assert told.dismissed() == [(PEER.peer_id, f"no longer admitted: {STRANGER}")]
    governed.decide(BARRED, OTHER)
    told.leave(observer(PEER))
    assert told.dismissed() == [(OTHER.peer_id, f"no longer admitted: {BARRED_WORDS}")]


def test_who_is_configured_stays_unless_barred(governed: Governed) -> None:
    told = Told(governed)
    governed.decide(OBSERVER, PEER)
    told.join(observer(configured=True))
    governed.decide(UNLISTED, PEER)
    assert told.dismissed() == []
    governed.decide(BARRED, PEER)
    assert told.dismissed() == [(PEER.peer_id, f"no longer admitted: {BARRED_WORDS}")]


def test_a_block_that_changes_no_list_judges_nobody(governed: Governed) -> None:
    told = Told(governed)
    told.join(observer())  # was let in by an older head
    governed.mine()
    assert told.dismissed() == []
