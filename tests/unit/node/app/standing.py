"""One Ledger without a network: jobs are done at once, what would leave is handed to the test.

Its chain is the little ledger of the chain tests on a simulated disk, its keys and signatures are real. The other
three validators are keys in the test's hand.
"""

from collections.abc import Sequence
from dataclasses import replace

from node.app.assembly import KeySignatures, make_ledger
from node.app.ledger import CancelTimer, Effect, Event, JobDone, SetTimer, TimerFired
from node.app.work import do_job
from node.chain.chain import Chain
from node.consensus import effects as asked
from node.consensus.messages import Message
from node.consensus.sign_state import decode_sign_state
from node.consensus.timing import Instant
from node.network.events import FrameReceived, PeerIdentity, PeerJoined
from node.network.frames import Kind
from node.network.identity import PeerId
from node.network.outgoing import BroadcastFrame, DropPeer, SendFrame
from node.primitives.certificate import signing_digest
from node.primitives.genesis import Genesis
from node.primitives.keys import PrivateKey
from node.primitives.transaction import Transaction
from node.storage import Journal, RecordFile
from tests.unit.node.chain.transfers import CHAIN_ID, USERS, VALIDATOR_KEYS, make_genesis, pay
from tests.unit.node.chain.transfers import Ledger as LittleLedger

KEYS = VALIDATOR_KEYS[:4]
PEERS = [PeerId(f"validator-{index}") for index in range(4)]
OBSERVER = PeerId("observer")
OUTWARD = (SendFrame, BroadcastFrame, DropPeer, asked.Refused, asked.RecordEvidence)


class Standing:
    """Validator 0 of four, or whoever `index` says; None for a node that only follows."""

    def __init__(self, index: int | None = 0, *, lost: bool = False, development: bool = False) -> None:
        self.little = LittleLedger(genesis_of(development))
        self.key = None if index is None else KEYS[index]
        self.now_ms = 1_000
        self.timers: dict[object, int] = {}
        self.persisted: list[bytes] = []
        self.journal: Journal = self.little.disk.open_journal("journal")
        self.record: RecordFile = self.little.disk.open_record("sign-state", create=True)
        self.events: list[Event] = []
        self.start(lost=lost)

    @property
    def chain(self) -> Chain:
        return self.little.chain

    @property
    def head(self) -> int:
        return self.chain.head.number

    def start(self, *, lost: bool = False) -> list[Effect]:
        """Anew on the chain and the sign-state that there are: what leaves first."""
        rules = self.little.genesis.config.qbft
        assert rules is not None
        address = None if self.key is None else self.key.address
        data = self.record.read()
        signed = None if data is None or lost else decode_sign_state(data)
        self.ledger = make_ledger(self.chain, KeySignatures(self.key), address, rules, signed, lost=lost)
        self.chain.subscribe(self.events.append)
        self.timers.clear()
        return self.carry_out(self.ledger.start(self.instant()))

    def instant(self) -> Instant:
        return Instant(self.now_ms, self.chain.head.header.timestamp + self.now_ms // 1_000)

    def upon(self, event: Event) -> list[Effect]:
        """What leaves, in order, once every job has been done."""
        return self.carry_out(self.ledger.upon(event, self.instant()))

    def frame(self, peer: PeerId, kind: Kind, payload: bytes) -> list[Effect]:
        return self.upon(FrameReceived(peer, kind, payload))

    def join(self, peer: PeerId, head: int = 0) -> list[Effect]:
        validator = KEYS[PEERS.index(peer)].address if peer in PEERS else None
        return self.upon(PeerJoined(peer, PeerIdentity(peer, validator, True), head))

    def submit(self, transaction: Transaction) -> list[Effect]:
        return self.carry_out(self.ledger.submit(transaction, self.instant())[1])

    def wait(self, milliseconds: int) -> list[Effect]:
        """Time passes from timer to timer."""
        left: list[Effect] = []
        until_ms = self.now_ms + milliseconds
        while self.timers and min(self.timers.values()) <= until_ms:
            timer = min(self.timers, key=lambda each: self.timers[each])
            self.now_ms = max(self.now_ms, self.timers.pop(timer))
            left += self.upon(TimerFired(timer))  # type: ignore[arg-type]  # the keys are timers
        self.now_ms = until_ms
        return left

    def carry_out(self, effects: Sequence[Effect]) -> list[Effect]:
        left: list[Effect] = []
        for effect in effects:
            match effect:
                case asked.Persist(data):
                    self.record.write(data)
                    self.persisted.append(data)
                case SetTimer(timer, at_ms):
                    self.timers[timer] = at_ms
                case CancelTimer(timer):
                    self.timers.pop(timer, None)
                case _ if isinstance(effect, OUTWARD):
                    left.append(effect)
                case _:
                    done: JobDone = do_job(self.chain, effect, lambda: self.now_ms)
                    left += self.upon_news()
                    left += self.upon(done)
        return left + self.upon_news()

    def upon_news(self) -> list[Effect]:
        """Of blocks that have been committed since."""
        news, self.events[:] = list(self.events), []
        return [effect for event in news for effect in self.upon(event)]

    def close_books(self) -> dict[str, object]:
        """What no malformed input may change."""
        ledger = self.ledger
        height = ledger.validator.qbft.height
        return {
            "head": self.chain.head.hash,
            "pool": sorted(ledger.pool.hashes()),
            "claims": dict(ledger.sync.claims),
            "importing": ledger.sync.importing,
            "round": (height.number, height.round, height.voting, height.decided),
            "persisted": len(self.persisted),
            "clock": (ledger.clock.offset_s, ledger.clock.next_timestamp),
        }


def genesis_of(development: bool) -> Genesis:
    genesis = make_genesis(KEYS)
    assert genesis.config.qbft is not None
    rules = replace(genesis.config.qbft, development=development)
    return replace(genesis, config=replace(genesis.config, qbft=rules))


def signed(chain: Chain, message: Message, key: PrivateKey) -> Message:
    digest = signing_digest(CHAIN_ID, chain.genesis_hash, message.code, message.payload)
    return replace(message, signature=key.sign(digest))


def payment(nonce: int = 0) -> Transaction:
    return pay(USERS[0], nonce)


def drops(effects: Sequence[Effect]) -> list[str]:
    return [effect.reason for effect in effects if isinstance(effect, DropPeer)]


def sent(effects: Sequence[Effect], kind: Kind) -> list[bytes]:
    """The payloads of that kind that leave, to whomever."""
    frames = (effect for effect in effects if isinstance(effect, SendFrame | BroadcastFrame))
    return [frame.payload for frame in frames if frame.kind is kind]
