"""Timelock: A delay and a second key before anything dangerous.

Written by scripts/generate from timelock.vy.
"""

from dataclasses import dataclass
from typing import cast

from contracts.chain import Bound, Sent, record


@dataclass(frozen=True, slots=True)
class Operation:
    target: bytes
    data_hash: bytes
    queued_by: bytes
    ready_at: int
    expires: int
    state: int


class Timelock(Bound):
    """What a network's names mean is changed through it (the directory asks no other), and it may be made the admin of
    other contracts. The proposer queues a call; the guardian may veto it until it is executed; after the delay
    anyone may execute it, and after the grace period nobody can. The guardian alone starts nothing, the proposer
    alone hides nothing. The two keys themselves are changed by the same way, after 30 days: either may queue the
    replacement of a key, and the other may veto. So a proposer or a guardian that has vanished is replaced by the
    one that is left, and a stolen key cannot shut the other out unseen."""

    NAME = "timelock"

    def next_id(self, creator: bytes) -> bytes:
        """The id of what `creator` opens next.

        creator: Who would open it.

        Answers: keccak256 of chain, contract, creator and the creator's count.
        """
        return cast(bytes, self._read("next_id", [creator]))

    def nonces(self, account: bytes) -> int:
        return cast(int, self._read("nonces", [account]))

    def queue(self, target: bytes, data: bytes) -> Sent:
        """Queues a call and publishes it. The proposer; the guardian too, where the target is this contract.

        target: Whom to call.
        data: The calldata.

        Answers: The operation's id.
        """
        return self._send("queue", [target, data])

    def veto(self, id: bytes) -> Sent:
        """Ends an operation that has not been executed: either key, whoever queued it.

        id: The operation.
        """
        return self._send("veto", [id])

    def execute(self, id: bytes, data: bytes) -> Sent:
        """Makes the call, once its time has come. Anyone. A call that fails leaves the operation queued.

        id: The operation.
        data: The calldata, as it was queued.

        Answers: What the target answered, up to 4,096 bytes.
        """
        return self._send("execute", [id, data])

    def set_keys(self, proposer: bytes, guardian: bytes) -> Sent:
        """Names both keys. Only by an operation of this contract's own.

        proposer: Who queues calls from now on.
        guardian: Who may veto them from now on.
        """
        return self._send("set_keys", [proposer, guardian])

    def delay_seconds(self) -> int:
        """How long a call waits between queue and execution, other than a change of keys.

        Answers: Seconds.
        """
        return cast(int, self._read("delay_seconds", []))

    def operation(self, id: bytes) -> Operation:
        """Everything about an operation.

        id: The operation.

        Answers: Its record; state 0 unknown, 1 queued, 2 executed, 3 vetoed, 4 expired.
        """
        return record(Operation, self._read("operation", [id]))

    def proposer(self) -> bytes:
        return cast(bytes, self._read("proposer", []))

    def guardian(self) -> bytes:
        return cast(bytes, self._read("guardian", []))

    def operation_count(self) -> int:
        return cast(int, self._read("operation_count", []))

    def operation_at(self, number: int) -> bytes:
        return cast(bytes, self._read("operation_at", [number]))
