"""The validator's decisions: what consensus, the pool and the offers to peers do about each event.

Pure but for reads of the chain: events in, effects out, in the order in which they must be carried out. The shell in
`node.app` and the simulation drive the same object.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import TypeAlias, TypeVar

from node.chain.chain import Chain
from node.chain.model import Head
from node.consensus import effects as asked
from node.consensus.errors import BadSignature, ConsensusError, MessageRefused, NotAValidator
from node.consensus.head import HeadView
from node.consensus.messages import Message, encode_message
from node.consensus.outline import CHECKED_FROM_BYTES, check_block, decode_outlined, peek_message
from node.consensus.qbft import Qbft
from node.consensus.timing import Instant, Timer
from node.execution.block import next_base_fee
from node.network.frames import Kind
from node.network.identity import PeerId
from node.network.outgoing import BroadcastFrame, DropPeer, Outgoing, SendFrame
from node.pool.errors import PoolRefused, may_pass
from node.pool.model import Added
from node.pool.pool import Pool
from node.primitives.block import Block, decode_block
from node.primitives.certificate import CommitCertificate
from node.primitives.errors import PrimitiveError
from node.primitives.hashing import EMPTY_TRIE_ROOT
from node.primitives.transaction import Transaction
from node.primitives.types import Address, Hash32, Wei
from node.state.model import StateReader
from node.validator.budget import BuildBudget
from node.validator.jobs import BuildDone, BuildJob, CheckDone, CheckJob, CommitJob, DecodeDone, DecodeJob, ValidatorJob
from node.validator.offers import Offers, decode_hashes, encode_hashes, encode_transactions

PassedOn: TypeAlias = (
    asked.Persist
    | asked.SetTimer
    | asked.CancelTimer
    | asked.RecordEvidence
    | asked.RequestBlock
    | asked.AnswerWithBlock
    | asked.Refused
)
"""What consensus asks and the shell does as it stands."""

ValidatorEffect: TypeAlias = PassedOn | Outgoing | ValidatorJob

REFUSED_AGAIN_MS = 5_000
"""A transaction that is refused for the moment, as by a full pool, is not asked for again for this long."""

WANTED_AGAIN_MS = 1_000
"""A transaction asked of one peer is asked of no other for this long."""

MAX_WANTED = 65_536

MAX_DECODING_BYTES = 32 * 1024 * 1024
"""Payloads that wait to be decoded. What comes beyond is let go: who offered it offers it again."""


WORTH_REMEMBERING_BYTES = CHECKED_FROM_BYTES
DECODED_REMEMBERED = 4
"""Every validator relays a Proposal once, so its block comes several times and is decoded once, whatever else comes
with it."""


K = TypeVar("K")
V = TypeVar("V")


class ValidatorCore:
    """`address` is None on a node that only follows."""

    def __init__(self, chain: Chain, pool: Pool, qbft: Qbft, address: Address | None, build_budget_ms: int) -> None:
        self._chain = chain
        self._qbft = qbft
        self._address = address
        self._budget = BuildBudget(build_budget_ms)
        self._decoded: OrderedDict[bytes, Message] = OrderedDict()
        self._blocks: OrderedDict[Hash32, Block] = OrderedDict()
        self._wanted: dict[Hash32, int] = {}
        self._decoding_bytes = 0
        self._state: StateReader = chain.state(chain.head.header.number)
        self.pool = pool
        self.offers = Offers()
        self._pool_upon_head(())

    @property
    def qbft(self) -> Qbft:
        return self._qbft

    def permit_signing(self, now: Instant) -> Sequence[ValidatorEffect]:
        """For a validator that had lost its sign-state, once that can no longer matter."""
        return self._translated(self._qbft.permit_signing(now), now)

    def start(self, now: Instant) -> Sequence[ValidatorEffect]:
        return self._translated(self._qbft.start(now), now)

    def upon_timer(self, timer: Timer, now: Instant) -> Sequence[ValidatorEffect]:
        return self._translated(self._qbft.upon_timer(timer, now), now)

    def upon_peer_joined(self, peer: PeerId, now: Instant) -> Sequence[ValidatorEffect]:
        self.offers.upon_peer_joined(peer, self.pool.hashes())
        return self._translated(self._qbft.upon_peer_joined(peer, now), now)

    def upon_peer_left(self, peer: PeerId) -> None:
        self.offers.upon_peer_left(peer)

    def upon_frame(self, peer: PeerId, kind: Kind, payload: bytes, now: Instant) -> Sequence[ValidatorEffect]:
        """A frame of one of our kinds. One that does not parse costs the peer its connection."""
        try:
            match kind:
                case Kind.CONSENSUS:
                    return self._upon_consensus(peer, payload, now)
                case Kind.TRANSACTION_HASHES:
                    return self._upon_offer(peer, decode_hashes(payload), now.monotonic_ms)
                case Kind.GET_TRANSACTIONS:
                    return self._upon_get(peer, decode_hashes(payload))
                case Kind.TRANSACTIONS:
                    return self._decode(DecodeJob(peer, payload))
                case Kind.ACKNOWLEDGE_TRANSACTIONS:
                    self.offers.acknowledged(peer, decode_hashes(payload))
                    return ()
                case _:
                    return (DropPeer(peer, f"{kind.name}, which nobody here takes"),)
        except (PrimitiveError, ConsensusError) as error:
            return (DropPeer(peer, f"{kind.name} that does not parse: {error}"),)

    def submit(self, transaction: Transaction, now: Instant) -> tuple[Added, Sequence[ValidatorEffect]]:
        """A transaction of our own RPC or journal. Raises PoolRefused."""
        return self._admit(transaction, None, now)

    def upon_built(self, done: BuildDone, now: Instant) -> Sequence[ValidatorEffect]:
        self.pool.upon_left_out(done.left_out)
        effects = self._qbft.upon_block_built(done.job.height, done.job.round, done.block, now)
        waiting = self._qbft.upon_transactions_waiting(self.pool.executable > 0, now)  # some may have to pause
        return self._translated((*effects, *waiting), now)

    def upon_checked(self, done: CheckDone, now: Instant) -> Sequence[ValidatorEffect]:
        return self._translated(self._qbft.upon_block_checked(done.block_hash, done.refused, now), now)

    def upon_decoded(self, done: DecodeDone, now: Instant) -> Sequence[ValidatorEffect]:
        peer = done.job.peer
        self._decoding_bytes -= len(done.job.payload)
        if done.refused is not None:
            return (DropPeer(peer, f"TRANSACTIONS that do not parse: {done.refused}"),)
        effects: list[ValidatorEffect] = []
        settled: list[Hash32] = []
        for transaction in done.transactions:
            self._wanted.pop(transaction.hash, None)
            try:
                effects += self._admit(transaction, peer, now)[1]
            except PoolRefused as refusal:
                if may_pass(refusal):
                    self._want((transaction.hash,), now.monotonic_ms + REFUSED_AGAIN_MS - WANTED_AGAIN_MS)
                    continue
            settled.append(transaction.hash)  # also what is refused for good: offering it again changes nothing
        return (*effects, *_frames(peer, Kind.ACKNOWLEDGE_TRANSACTIONS, settled))

    def upon_head(self, head: Head, mined: Sequence[Transaction], now: Instant) -> Sequence[ValidatorEffect]:
        """The chain has a new head, whoever brought it. `mined` are the transactions of its block."""
        self._budget.upon_block(in_time=head.certificate is not None and head.certificate.round == 0)
        self._pool_upon_head(mined)
        self.offers.forget(transaction.hash for transaction in mined)
        effects = [*self._qbft.upon_new_head(head_view(head), now)]
        return self._translated([*effects, *self._qbft.upon_transactions_waiting(self.pool.executable > 0, now)], now)

    def upon_certificate(
        self, number: int, block_hash: Hash32, certificate: CommitCertificate, now: Instant
    ) -> Sequence[ValidatorEffect]:
        """A valid certificate for the height above our head. With the block executed, there is nothing to wait for."""
        executed = self._chain.executed(block_hash)
        effects = self._translated(self._qbft.upon_certificate_seen(number, now), now)
        if executed is None:
            return effects
        return (*effects, CommitJob(executed.block, certificate))

    def flush_offers(self, now: Instant) -> Sequence[Outgoing]:
        return self.offers.flush(self.pool, now.monotonic_ms)

    def _upon_consensus(self, peer: PeerId, payload: bytes, now: Instant) -> Sequence[ValidatorEffect]:
        """Nothing costly is done for a message before it is known that a validator signed it and may say such."""
        outline = peek_message(payload)
        settled = self._qbft.upon_outline(outline, peer, now)
        if settled is not None:
            return tuple(self._judged(effect, peer, now) for effect in settled)
        message = self._decoded.get(payload) or decode_outlined(outline, self._block)
        if len(payload) >= WORTH_REMEMBERING_BYTES:
            _remember(self._decoded, payload, message)
        return self._translated(self._qbft.upon_message(message, peer, now), now)

    def _judged(self, effect: asked.Effect, peer: PeerId, now: Instant) -> ValidatorEffect:
        if isinstance(effect, asked.Refused) and self._is_never_relayed(effect.error):
            return DropPeer(peer, f"CONSENSUS that no validator signed: {effect.error}")
        return self._translate(effect, now)

    def _is_never_relayed(self, error: MessageRefused) -> bool:
        """Honest peers pass on what counted with them. At our height they know the validators that we know; at another
        the set may have changed, which one of us has not seen."""
        if isinstance(error, NotAValidator):
            return error.height == self._qbft.height.number
        return isinstance(error, BadSignature)

    def _block(self, raw: bytes, digest: Hash32) -> Block:
        if digest in self._blocks:
            return self._blocks[digest]
        check_block(raw, digest)
        block = decode_block(raw, self._sender)
        if len(raw) >= CHECKED_FROM_BYTES:
            _remember(self._blocks, digest, block)
        return block

    def _sender(self, transaction_hash: Hash32) -> Address | None:
        """Of a transaction that the pool knows: a proposal's need not be recovered again."""
        transaction = self.pool.get(transaction_hash)
        return None if transaction is None else transaction.sender

    def _upon_offer(self, peer: PeerId, hashes: Iterable[Hash32], now_ms: int) -> Sequence[ValidatorEffect]:
        known, wanted = [], []
        for each in hashes:
            if each in self.pool or self._chain.locate(each) is not None:
                known.append(each)
            elif now_ms - self._wanted.get(each, -WANTED_AGAIN_MS) >= WANTED_AGAIN_MS:
                wanted.append(each)
        self._want(wanted, now_ms)
        self.offers.acknowledged(peer, known)
        answers = ((Kind.ACKNOWLEDGE_TRANSACTIONS, known), (Kind.GET_TRANSACTIONS, wanted))
        return tuple(SendFrame(peer, kind, encode_hashes(each)) for kind, each in answers if each)

    def _decode(self, job: DecodeJob) -> Sequence[ValidatorEffect]:
        if self._decoding_bytes + len(job.payload) > MAX_DECODING_BYTES:
            return ()
        self._decoding_bytes += len(job.payload)
        return (job,)

    def _want(self, hashes: Iterable[Hash32], now_ms: int) -> None:
        self._wanted.update(dict.fromkeys(hashes, now_ms))
        if len(self._wanted) > MAX_WANTED:
            self._wanted.clear()  # promises that nobody kept

    def _upon_get(self, peer: PeerId, hashes: Iterable[Hash32]) -> Sequence[ValidatorEffect]:
        found = (self.pool.get(each) for each in dict.fromkeys(hashes))
        payloads = encode_transactions(transaction.raw for transaction in found if transaction is not None)
        return tuple(SendFrame(peer, Kind.TRANSACTIONS, payload) for payload in payloads)

    def _admit(
        self, transaction: Transaction, bringer: PeerId | None, now: Instant
    ) -> tuple[Added, Sequence[ValidatorEffect]]:
        base_fee = self._next_base_fee()
        local = bringer is None
        added = self.pool.add(transaction, self._state, base_fee, local=local, now_ms=now.monotonic_ms)
        self.offers.add(transaction.hash, known_to=bringer)
        return added, self._translated(self._qbft.upon_transactions_waiting(self.pool.executable > 0, now), now)

    def _pool_upon_head(self, mined: Sequence[Transaction]) -> None:
        header = self._chain.head.header
        self._state = self._chain.state(header.number)
        self.pool.upon_block(mined, self._state, self._next_base_fee(), header.gas_limit)

    def _next_base_fee(self) -> Wei:
        return next_base_fee(self._chain.head.header, self._chain.config)

    def _translated(self, effects: Iterable[asked.Effect], now: Instant) -> Sequence[ValidatorEffect]:
        return tuple(self._translate(effect, now) for effect in effects)

    def _translate(self, effect: asked.Effect, now: Instant) -> ValidatorEffect:
        match effect:
            case asked.Broadcast(message):
                return BroadcastFrame(Kind.CONSENSUS, encode_message(message))
            case asked.Send(carrier, message):
                return SendFrame(_peer(carrier), Kind.CONSENSUS, encode_message(message))
            case asked.Relay(message, except_carrier):
                return BroadcastFrame(Kind.CONSENSUS, encode_message(message), _peer(except_carrier))
            case asked.CheckBlock(block):
                return CheckJob(block)
            case asked.CommitBlock(block, certificate):
                return CommitJob(block, certificate)
            case asked.BuildBlock():
                return self._build_job(effect, now)
            case _:
                return effect

    def _build_job(self, effect: asked.BuildBlock, now: Instant) -> BuildJob:
        assert self._address is not None, "consensus asks only validators to build"
        parent = self._chain.head.header
        return BuildJob(
            height=effect.height,
            round=effect.round,
            parent=effect.parent_hash,
            author=self._address,
            timestamp=max(parent.timestamp, now.wall_s),
            candidates=self.pool.candidates(self._next_base_fee()),
            allow_empty=effect.allow_empty,
            budget_ms=self._budget.ms,
        )


def head_view(head: Head) -> HeadView:
    """The head as consensus sees it; genesis has no proposer."""
    proposer = head.header.coinbase if head.header.number else None
    settled = head.header.transactions_root == EMPTY_TRIE_ROOT
    return HeadView(head.header.number, head.hash, proposer, head.next_validators, settled)


def _remember(memory: "OrderedDict[K, V]", key: K, value: V) -> None:
    memory[key] = value
    if len(memory) > DECODED_REMEMBERED:
        memory.popitem(last=False)


def _frames(peer: PeerId, kind: Kind, hashes: Sequence[Hash32]) -> Sequence[SendFrame]:
    return (SendFrame(peer, kind, encode_hashes(hashes)),) if hashes else ()


def _peer(carrier: asked.Carrier) -> PeerId:
    assert isinstance(carrier, str), "carriers are the peer ids that we passed in"
    return PeerId(carrier)
