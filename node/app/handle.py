"""The node as RPC sees it: reads from its own thread, questions to the loop, answers as futures."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from node.app.assembly import CLIENT_NAME
from node.app.development_clock import DevelopmentClock
from node.app.ledger import Effect
from node.chain.chain import Chain
from node.consensus.evidence import Evidence, Statement
from node.consensus.status import QbftStatus
from node.consensus.timing import Instant
from node.network.events import Direction
from node.pool.pool import Pool
from node.primitives.rlp import encode
from node.primitives.transaction import Transaction
from node.primitives.types import Address, BlockNumber, Hash32
from node.rpc.backend import Identity, Peer, SyncProgress

if TYPE_CHECKING:
    from node.app.service import NodeService

T = TypeVar("T")

READ_ONLY = "This node is read-only, it neither votes nor takes transactions"

BEHIND_BLOCKS = 3
"""A node this far behind its peers is not ready."""
STATUS_TIMEOUT_S = 5


class NodeHandle:
    """`node.rpc.backend.Node`. Everything here may be called from any thread."""

    def __init__(self, service: "NodeService") -> None:
        self._service = service
        self._parts = service.parts
        self._started_at = service.parts.chain.head.header.number

    @property
    def chain(self) -> Chain:
        return self._parts.chain

    @property
    def identity(self) -> Identity:
        return Identity(CLIENT_NAME, self._parts.identity.peer_id, (), self._parts.address)

    def now(self) -> int:
        return self._service.ledger.clock.wall(int(time.time()))

    def submit(self, transaction: Transaction) -> Future[Hash32]:
        answer: Future[Hash32] = Future()
        self._service.submit(transaction, answer)
        return answer

    def ask_pool(self, question: Callable[[Pool], T]) -> Future[T]:
        return self._ask(lambda now: (question(self._service.ledger.pool), ()))

    def status(self) -> Mapping[str, object]:
        asked = self._ask(lambda now: (self._status(now), ()))
        try:
            return asked.result(timeout=STATUS_TIMEOUT_S)
        except TimeoutError:
            asked.cancel()
            raise TimeoutError(f"the validator's loop did not answer within {STATUS_TIMEOUT_S} s") from None

    def evidence(self) -> Sequence[Mapping[str, object]]:
        return tuple(self._service.evidence)

    def unready(self) -> Sequence[str]:
        reasons = []
        fault = self._service.fault or self._parts.store.write_fault()
        if fault is not None:
            reasons.append(f"{READ_ONLY}: {fault}")
        behind = self._service.ledger.sync.highest_claim - self.chain.head.header.number
        if behind > BEHIND_BLOCKS:
            reasons.append(f"{behind} blocks behind its peers")
        if not self._parts.network.peers() and len(self.chain.head.next_validators) > 1:
            reasons.append("no peer is connected")
        return reasons

    def sync_progress(self) -> SyncProgress | None:
        current = self.chain.head.header.number
        highest = self._service.ledger.sync.highest_claim
        return SyncProgress(self._started_at, current, highest) if highest - current > BEHIND_BLOCKS else None

    def peers(self) -> Sequence[Peer]:
        claims = self._service.ledger.sync.claims
        return [
            Peer(
                peer.peer_id,
                peer.address,
                peer.validator,
                peer.direction is Direction.INBOUND,
                claims.get(peer.peer_id, BlockNumber(peer.head)),
            )
            for peer in self._parts.network.peers()
        ]

    def increase_time(self, seconds: int) -> Future[int]:
        def question(now: Instant) -> tuple[int, Sequence[Effect]]:
            clock = self._service.ledger.clock
            effects = self._service.ledger.move_clock(DevelopmentClock(clock.offset_s + seconds, None))
            return clock.offset_s, effects

        return self._ask(question)

    def set_next_timestamp(self, timestamp: int) -> Future[None]:
        def question(now: Instant) -> tuple[None, Sequence[Effect]]:
            head = self.chain.head.header.timestamp
            if timestamp < head:
                raise ValueError(f"timestamp {timestamp} is before the head's, {head}")
            return None, self._service.ledger.move_clock(DevelopmentClock(0, timestamp))

        return self._ask(question)

    def _ask(self, question: Callable[[Instant], tuple[T, Sequence[Effect]]]) -> Future[T]:
        """The answer of `question`, whose effects are carried out. Whoever cancels it in time is never asked for."""
        answer: Future[T] = Future()

        def asked(now: Instant) -> Sequence[Effect]:
            if not answer.set_running_or_notify_cancel():
                return ()
            try:
                result, effects = question(now)
            except Exception as error:  # the asker's to hear, not the loop's to die of
                answer.set_exception(error)
                return ()
            answer.set_result(result)
            return effects

        self._service.ask(asked)
        return answer

    def _status(self, now: Instant) -> Mapping[str, object]:
        head = self.chain.head
        connected = {peer.validator for peer in self._parts.network.peers()}
        status = self._service.ledger.validator.qbft.status(now)
        entry = status_entry(status, connected, self._parts.address)
        fault = self._service.fault
        absent = [validator for validator in entry["validators"] if not validator["connected"]]
        if fault is not None:
            entry |= {"sentence": f"{READ_ONLY}: {fault}.", "voting": False}
        elif absent and status.step in ("idle", "waiting"):
            entry["sentence"] += " " + _absence(len(status.validators), len(absent), status.quorum)
        return {**entry, "head": {"number": hex(head.header.number), "hash": _hex(head.hash)}, "pid": os.getpid()}


def status_entry(status: QbftStatus, connected: set[Address | None], own: Address | None) -> dict[str, Any]:
    """The answer of qbft_status, but for what is not consensus'."""
    return {
        "sentence": status.sentence,
        "height": hex(status.height),
        "round": hex(status.round),
        "step": status.step,
        "voting": status.voting,
        "proposer": _hex(status.proposer),
        "proposal": None if status.proposal is None else _hex(status.proposal),
        "preparedRound": None if status.prepared_round is None else hex(status.prepared_round),
        "quorum": hex(status.quorum),
        "timersMs": dict(status.timers),
        "refused": dict(status.refused),
        "validators": [
            {
                "address": _hex(validator),
                "self": validator == own,
                "connected": validator == own or validator in connected,
                "proposer": validator == status.proposer,
                "prepared": validator in status.prepared,
                "committed": validator in status.committed,
                "roundChanged": validator in status.round_changed,
                "missedLastTurn": validator in status.missed_turns,
            }
            for validator in status.validators
        ],
    }


def evidence_entry(evidence: Evidence) -> dict[str, Any]:
    """One equivocation as JSON: both statements with what was signed, so that anybody can verify it."""
    return {
        "validator": _hex(evidence.validator),
        "height": hex(evidence.height),
        "round": hex(evidence.round),
        "kind": evidence.kind,
        "statements": [_statement(evidence.first), _statement(evidence.second)],
    }


def _absence(validators: int, absent: int, quorum: int) -> str:
    """What it means that some are not connected to us, before a payment finds it out."""
    here = validators - absent
    if here < quorum:
        return f"Only {here} of {validators} validators are connected, {quorum} are needed: nothing can be decided."
    return f"{absent} of {validators} not connected; {here - quorum} more may go before the chain stops."


def _statement(statement: Statement) -> dict[str, str]:
    return {
        "code": hex(statement.code),
        "payload": _hex(encode(statement.payload)),
        "signature": _hex(statement.signature),
    }


def _hex(data: bytes) -> str:
    return "0x" + data.hex()
