"""A simulated network in which one validator throws damaged frames at the others, beside what else it lies about.

The world of the simulation keeps watch meanwhile: no two blocks at one height, nothing signed twice, no honest node
dropped by an honest one; and at the end the chain moves again and all agree.
"""

from collections import Counter, defaultdict
from collections.abc import Sized
from dataclasses import replace
from random import Random
from typing import Any, Final

from node.app.development_clock import DevelopmentClock, encode_clock
from node.chain.chain import MAX_EXECUTED
from node.consensus.messages import (
    Commit,
    Message,
    Prepare,
    Prepared,
    Proposal,
    RoundChange,
    decode_message,
    encode_message,
)
from node.consensus.signing import REMEMBERED
from node.consensus.votes import ROUNDS_KEPT
from node.network.events import FrameReceived
from node.network.frames import LIMIT_OF, Kind
from node.primitives.certificate import seal_digest, signing_digest
from node.primitives.types import BlockNumber, Hash32
from node.sync.wire import BlockRange, CertifiedBlock, encode_blocks, encode_range
from node.validator.core import MAX_DECODING_BYTES, MAX_WANTED
from tests.malformed.mutation import mutated
from tests.simulation.plan import CALM, Plan
from tests.simulation.stand_ins import StubSignatures
from tests.simulation.world import CHAIN_ID, SimulatedNode, World

QUIET_MS: Final = 5_000
"""Time to record good frames of each kind first."""
EVERY_MS: Final = 20
RECORDED: Final = 60
"""Good frames kept of each kind; later ones push out at random."""
PAYMENT_EVERY_MS: Final = 2000
KINDS: Final = tuple(kind for kind in Kind if kind >= Kind.CONSENSUS)
LIAR: Final = 3

ROUNDS: Final = (0, 0, 0, 1, 1, 2, 3, 7, 2**32, 2**64 - 1)


class Bombardment(World):
    """`frames` damaged ones, after QUIET_MS of peace. `thrown` counts them by kind, `last` is for the report."""

    def __init__(self, seed: int, frames: int) -> None:
        heal_ms = QUIET_MS + frames * EVERY_MS
        payments = 10 + heal_ms // PAYMENT_EVERY_MS
        super().__init__(Plan(seed, 4, CALM, (), (), LIAR, payments, heal_ms))
        self.thrown: Counter[Kind] = Counter()
        self.drops = 0
        self.last: tuple[Kind, bytes] | None = None
        self._random = Random(f"bombardment {seed}")
        self._good: dict[Kind, list[bytes]] = defaultdict(list)
        self._signatures = StubSignatures(self.nodes[LIAR].address)
        for index in range(frames):
            self.at(QUIET_MS + index * EVERY_MS, self._throw)

    def _send(self, node: SimulatedNode, other: SimulatedNode, kind: Kind, payload: bytes) -> None:
        kept = self._good[kind]
        if len(kept) < RECORDED:
            kept.append(payload)
        else:
            kept[self._random.randrange(RECORDED)] = payload
        super()._send(node, other, kind, payload)

    def _drop(self, node: SimulatedNode, other: SimulatedNode, reason: str) -> None:
        self.drops += 1
        super()._drop(node, other, reason)

    def _throw(self) -> None:
        victim = self._random.choice(self.honest)
        kind = self._random.choice(KINDS)
        if kind is Kind.CONSENSUS and self._random.random() < 0.5:
            payload = encode_message(self._signed_nonsense())
        else:
            payload = mutated(self._random, self._good_frame(victim, kind), LIMIT_OF[kind])
        assert victim.life is not None
        self.last = kind, payload
        self.thrown[kind] += 1
        self._handle(victim, victim.life, FrameReceived(self.nodes[LIAR].peer_id, kind, payload))
        self.check_bounds(victim)

    def _good_frame(self, victim: SimulatedNode, kind: Kind) -> bytes:
        if self._good[kind]:
            return self._random.choice(self._good[kind])
        assert victim.life is not None
        chain = victim.life.chain
        match kind:
            case Kind.GET_BLOCKS:
                return encode_range(BlockRange(BlockNumber(1), 3))
            case Kind.BLOCKS | Kind.BLOCK:
                block, certificate = chain.block(1), chain.certificate(1)
                assert block is not None and certificate is not None
                return encode_blocks([CertifiedBlock(block, certificate)])
            case Kind.DEVELOPMENT_CLOCK:
                return encode_clock(DevelopmentClock(60))
            case _:
                return b""

    def _signed_nonsense(self) -> Message:
        """A good message with other contents, and the liar's good signature."""
        message = decode_message(self._random.choice(self._good[Kind.CONSENSUS]))
        number = max(self.committed, default=0)
        heights = (number, number + 1, number + 1, number + 1, number + 2, number + 3, 2**64 - 1)
        changes: dict[str, Any] = {
            "height": self._random.choice(heights),
            "round": self._random.choice(ROUNDS),
        }
        match message:
            case Proposal(round_changes=round_changes, prepares=prepares):
                changes["round_changes"] = round_changes * self._random.randrange(3)
                changes["prepares"] = prepares * self._random.randrange(3)
            case RoundChange(prepares=prepares):
                claims = (None, Prepared(self._random.choice(ROUNDS), self._genesis_hash))
                changes["prepared"] = self._random.choice((message.prepared, *claims))
                changes["prepares"] = prepares * self._random.randrange(3)
            case Commit(digest=digest):
                sealed = seal_digest(CHAIN_ID, self._genesis_hash, digest, changes["round"])
                changes["seal"] = self._signatures.sign(sealed)
            case Prepare():
                changes["digest"] = self._random.choice((message.digest, self._genesis_hash))
        made = replace(message, **changes)
        digest = signing_digest(CHAIN_ID, self._genesis_hash, made.code, made.payload)
        return replace(made, signature=self._signatures.sign(digest))

    @property
    def _genesis_hash(self) -> Hash32:
        life = self.nodes[0].life
        assert life is not None
        return life.chain.genesis_hash

    def check_bounds(self, node: SimulatedNode) -> None:
        """Nothing that a peer can fill grows beyond what it may."""
        assert node.life is not None
        ledger, chain = node.life.ledger, node.life.chain
        height = ledger.validator.qbft.height
        votes: list[Sized] = [*height.prepares._by_sender.values(), *height.commits._by_sender.values()]
        buffered = ledger.validator.qbft._next_height
        offers = ledger.validator.offers._peers
        sizes = {
            "wanted": (len(ledger.validator._wanted), MAX_WANTED),
            "decoding": (ledger.validator._decoding_bytes, MAX_DECODING_BYTES),
            "claims": (len(ledger.sync.claims), 3),
            "offered peers": (len(offers), 3),
            "offers": (max((len(peer.offered) for peer in offers.values()), default=0), 100),
            "unoffered": (max((len(peer.unoffered) for peer in offers.values()), default=0), 100),
            "buffered senders": (len(buffered), 4),
            "buffered messages": (max((len(kept) for kept in buffered.values()), default=0), 4),
            "voters": (len(votes), 8),
            "votes": (max((len(kept) for kept in votes), default=0), ROUNDS_KEPT),
            "round changes": (len(height.round_changes), 4),
            "blocks": (len(height.blocks._blocks), 64),
            "verdicts": (len(height.blocks._verdicts), 64),
            "checking": (len(height.blocks._checking), 64),
            "recovered": (len(ledger.validator.qbft._signing._recovered), REMEMBERED),
            "executed": (len(chain._executed), MAX_EXECUTED),
            "timers": (len(node.life.timers), 8),
        }
        over = {name: size for name, (size, limit) in sizes.items() if size > limit}
        assert not over, over


def good_frames() -> dict[Kind, list[bytes]]:
    """What a calm network says, at least one frame of every kind."""
    world = Bombardment(1, 0)
    world.run()
    return {kind: [*world._good[kind]] or [world._good_frame(world.honest[0], kind)] for kind in KINDS}
