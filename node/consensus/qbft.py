"""The consensus machine of a node: heights one after the other, and what lies between them.

Pure: events in, effects out, in the order in which they are to be carried out. No clock, socket, disk or random source.
The shell calls one method at a time, carries out what it returns, and calls `upon_new_head` once a block is on disk,
whoever decided it. Until then nothing of the next height is signed.
"""

from collections import Counter
from typing import Final

from node.consensus import events
from node.consensus.effects import (
    AnswerWithBlock,
    CancelTimer,
    Carrier,
    Effects,
    Refused,
)
from node.consensus.errors import (
    BadSignature,
    MessageRefused,
    NotAValidator,
    NotTheProposer,
    SignStateMismatch,
    TooFarAhead,
)
from node.consensus.head import HeadView, proposer
from node.consensus.height import Height
from node.consensus.messages import Message, Proposal
from node.consensus.outline import Outline
from node.consensus.sign_state import SignState
from node.consensus.signing import Signatures, Signing
from node.consensus.status import QbftStatus, height_status
from node.consensus.timing import RESEND_MS, Instant, Timer, Timing
from node.primitives.block import Block
from node.primitives.errors import InvalidSignature
from node.primitives.types import Address, Hash32

CARRIERS_REMEMBERED: Final = 1_024


class Qbft:
    """`sign_state` is what was persisted last, None if nothing ever was: then `may_sign` says whether this validator
    may sign all the same (a new network) or only follows until `permit_signing`.

    Raises SignStateMismatch if `sign_state` is of another key or chain.
    """

    def __init__(
        self,
        *,
        address: Address,
        signatures: Signatures,
        chain_id: int,
        genesis_hash: Hash32,
        timing: Timing,
        head: HeadView,
        sign_state: SignState | None,
        may_sign: bool = True,
    ) -> None:
        self._address = address
        self._signing = Signing(signatures, chain_id, genesis_hash)
        self._timing = timing
        self._head = head
        self._sign_state = sign_state
        self._may_sign = may_sign
        self._waiting = False
        self._missed: set[Address] = set()
        self._final_elsewhere = 0
        self._next_height: dict[Address, dict[int, tuple[Message, Carrier]]] = {}
        self._answered: dict[Carrier, int] = {}
        self._refused: Counter[str] = Counter()
        self._height: Height | None = None
        self._verify_sign_state()

    @property
    def height(self) -> Height:
        assert self._height is not None, "start comes first"
        return self._height

    def start(self, now: Instant) -> Effects:
        """The head counts as committed now. What was signed before a restart is sent again, byte for byte."""
        self._open_height(now)
        return self.height.take_effects()

    def upon_outline(self, outline: Outline, carrier: Carrier, now: Instant) -> Effects | None:
        """Before a message is decoded: None if `upon_message` is to have it, else all that is to be done about it. It
        refuses only what that would refuse."""
        try:
            author = self._author(outline)
            if outline.height <= self._head.number:
                return self._answer(outline.height, carrier, now)
            self._refuse_early(outline, author)
        except MessageRefused as error:
            return self._refuse(carrier, error)
        return None

    def upon_message(self, message: Message, carrier: Carrier, now: Instant) -> Effects:
        """Judged by its signature; `carrier` is only whom to answer and whom not to relay it to."""
        if message.height <= self._head.number:
            return self._answer(message.height, carrier, now)
        try:
            self._take(message, carrier, now)
        except MessageRefused as error:
            return self._refuse(carrier, error)
        return self.height.take_effects()

    def upon_timer(self, timer: Timer, now: Instant) -> Effects:
        events.upon_timer(self.height, timer, now)
        return self.height.take_effects()

    def upon_block_built(self, height: int, round_: int, block: Block | None, now: Instant) -> Effects:
        """None: nothing to propose (an answer only where `allow_empty` was False), or the builder failed."""
        if height == self.height.number:
            events.upon_block_built(self.height, round_, block, now)
        return self.height.take_effects()

    def upon_block_checked(self, block_hash: Hash32, refused: str | None, now: Instant) -> Effects:
        events.upon_block_checked(self.height, block_hash, refused, now)
        return self.height.take_effects()

    def upon_new_head(self, head: HeadView, now: Instant) -> Effects:
        """The block and its certificate are on disk, by CommitBlock or by sync."""
        if head.number <= self._head.number:
            return ()
        before = self.height
        self._head = head
        self._sign_state = before.signed if before.signed.messages() else self._sign_state
        self._open_height(now)
        stopped = tuple(CancelTimer(timer) for timer in before.deadlines if timer not in self.height.deadlines)
        effects = [*stopped, *self.height.take_effects()]
        for message, carrier in self._buffered():
            effects.extend(self.upon_message(message, carrier, now))
        return tuple(effects)

    def upon_transactions_waiting(self, waiting: bool, now: Instant) -> Effects:
        """Whether the pool knows a transaction that could be executed now."""
        self._waiting = waiting
        events.upon_transactions_waiting(self.height, waiting, now)
        return self.height.take_effects()

    def upon_peer_joined(self, carrier: Carrier, now: Instant) -> Effects:
        self.height.send_current(carrier)
        return self.height.take_effects()

    def upon_certificate_seen(self, height: int, now: Instant) -> Effects:
        """A VALID certificate for `height` exists: if that is ours or above we lag, and sign nothing before we have
        caught up. A height that somebody merely claims must never come here."""
        self._final_elsewhere = max(self._final_elsewhere, height)
        if height >= self.height.number:
            self.height.stop_voting()
        return self.height.take_effects()

    def permit_signing(self, now: Instant) -> Effects:
        """For a validator without sign-state: a height is final above which it cannot have signed anything."""
        self._may_sign = True
        if self._why_not_voting() is None and not self.height.voting:
            events.start_voting(self.height, now)
        return self.height.take_effects()

    def status(self, now: Instant) -> QbftStatus:
        return height_status(self.height, self._why_not_voting(), dict(self._refused), now.monotonic_ms)

    def _take(self, message: Message, carrier: Carrier, now: Instant) -> None:
        current = self.height.number
        if message.height == current:
            events.upon_message(self.height, message, carrier, now)
        elif message.height == current + 1:
            self._buffer(message, carrier)
        else:
            raise TooFarAhead(message.height, current)

    def _refuse(self, carrier: Carrier, error: MessageRefused) -> Effects:
        self._refused[type(error).__name__] += 1
        return (*self.height.take_effects(), Refused(carrier, error))

    def _refuse_early(self, outline: Outline, author: Address) -> None:
        current = self.height.number
        if outline.height > current + 1:
            raise TooFarAhead(outline.height, current)
        if author not in self._head.next_validators:
            raise NotAValidator(author, outline.height)
        if outline.code != Proposal.code or outline.height > current or author == self._address:
            return
        expected = proposer(outline.round, self._head)
        if author != expected:
            raise NotTheProposer(author, outline.round, expected)

    def _author(self, outline: Outline) -> Address:
        try:
            return self._signing.author(outline)
        except InvalidSignature as error:
            raise BadSignature(f"{outline.name}: {error}") from error

    def _buffer(self, message: Message, carrier: Carrier) -> None:
        """Of each validator the latest message of each kind, for when our head has followed."""
        try:
            sender = self._signing.author(message)
        except InvalidSignature as error:
            raise BadSignature(f"{type(message).__name__}: {error}") from error
        if sender not in self._head.next_validators:
            raise NotAValidator(sender, message.height)
        kept = self._next_height.setdefault(sender, {})
        if message.code not in kept or kept[message.code][0].round <= message.round:
            kept[message.code] = message, carrier

    def _buffered(self) -> list[tuple[Message, Carrier]]:
        """In an order in which they make sense: round changes, proposals, then votes."""
        buffered = [entry for kept in self._next_height.values() for entry in kept.values()]
        self._next_height = {}
        order = (0x15, 0x12, 0x13, 0x14)
        return sorted(buffered, key=lambda entry: order.index(entry[0].code))

    def _answer(self, height: int, carrier: Carrier, now: Instant) -> Effects:
        """Its sender lacks a final block. Not within a re-send of committing it, when everybody was just sent it and
        late votes are no sign of lagging; and not more than once a re-send to one peer."""
        now_ms = now.monotonic_ms
        fresh = height == self._head.number and now_ms - self.height.opened_ms < RESEND_MS
        if height == 0 or fresh or now_ms - self._answered.get(carrier, -RESEND_MS) < RESEND_MS:
            return ()
        if len(self._answered) >= CARRIERS_REMEMBERED:
            self._answered.clear()
        self._answered[carrier] = now_ms
        return (AnswerWithBlock(carrier, height),)

    def _open_height(self, now: Instant) -> None:
        signed = self._sign_state
        self._height = Height(
            me=self._address,
            signing=self._signing,
            timing=self._timing,
            head=self._head,
            signed=signed if signed is not None and signed.height == self._head.next_number else None,
            voting=self._reason_to_abstain() is None,
            missed=self._missed,
            waiting=self._waiting,
            now=now,
        )
        events.open_height(self._height)

    def _why_not_voting(self) -> str | None:
        if self.height.key_used_elsewhere:
            return "another node signs with our key, or the sign-state was lost; it must run only once"
        return self._reason_to_abstain()

    def _reason_to_abstain(self) -> str | None:
        height = self._head.next_number
        if self._address not in self._head.next_validators:
            return "this node is not a validator at this height"
        if self._final_elsewhere >= height:
            return f"block {self._final_elsewhere} is final elsewhere; catching up first"
        if self._sign_state is not None and self._sign_state.height > height:
            return f"it has signed at height {self._sign_state.height} before; catching up first"
        if not self._may_sign:
            return "there is no sign-state; waiting until nothing it may have signed is open"
        return None

    def _verify_sign_state(self) -> None:
        if self._sign_state is None:
            return
        for message in self._sign_state.messages():
            try:
                author: Address | None = self._signing.author(message)
            except InvalidSignature:
                author = None
            if author != self._address:
                raise SignStateMismatch(type(message).__name__)
