"""The engine `pyevm`: py-evm's interpreter, our own rules around it. The reference; it always installs."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from node.execution.engine import (
    BlockEnvironment,
    BlockResult,
    Call,
    CallResult,
    Fork,
    Late,
    Rules,
    TransactionResult,
)
from node.execution.errors import SystemCallFailed
from node.execution.pyevm_run import Outcome, run, system_call
from node.execution.pyevm_state import new_state
from node.execution.pyevm_words import halt_words
from node.execution.system import (
    BEACON_ROOTS,
    CONSOLIDATION_REQUEST,
    CONSOLIDATION_REQUESTS,
    DEPOSIT_REQUEST,
    HISTORY_STORAGE,
    WITHDRAWAL_REQUEST,
    WITHDRAWAL_REQUESTS,
    deposits,
)
from node.execution.validity import Room, Sender, check_call, check_transaction
from node.primitives.block import Withdrawal
from node.primitives.receipt import Log, Receipt
from node.primitives.transaction import BLOB_GAS, AccessListEntry, Transaction
from node.primitives.types import ZERO_WEI, Address, Gas, Hash32
from node.state.model import StateReader

WEI_PER_GWEI: Final = 10**9


class PyEvmEngine:
    name = "pyevm"

    def begin(self, pre: StateReader, environment: BlockEnvironment, rules: Rules) -> "PyEvmSession":
        return PyEvmSession(pre, environment, rules)


class PyEvmSession:
    """A BlockSession."""

    def __init__(self, pre: StateReader, environment: BlockEnvironment, rules: Rules) -> None:
        self._environment = environment
        self._rules = rules
        self._state = new_state(pre, environment, rules)
        self._blob_base_fee = self._state.blob_base_fee
        self._results: list[TransactionResult] = []
        self._gas_used = 0
        self._blob_gas_used = 0
        system_call(self._state, BEACON_ROOTS, environment.parent_beacon_root)
        if rules.fork is Fork.PRAGUE:
            system_call(self._state, HISTORY_STORAGE, environment.parent_hash)

    @property
    def gas_used(self) -> Gas:
        return Gas(self._gas_used)

    def apply(self, transaction: Transaction, *, late: Late | None = None) -> TransactionResult:
        check_transaction(transaction, self._sender(transaction.sender), self._environment, self._rules, self._room())
        with self._state.interruptible(late):
            outcome = run(self._state, transaction, self._environment, self._rules)
        self._state.end_transaction()
        self._gas_used += outcome.gas_used
        self._blob_gas_used += transaction.blob_gas
        receipt = Receipt(
            transaction.kind, outcome.computation.is_success, Gas(self._gas_used), _logs(outcome.computation)
        )
        result = TransactionResult(receipt, Gas(outcome.gas_used), bytes(outcome.computation.output), outcome.created)
        self._results.append(result)
        return result

    def call(self, call: Call, *, late: Late | None = None) -> CallResult:
        check_call(call, self._sender(call.sender), self._environment, self._rules)
        state = self._state
        environment = self._environment
        if not call.max_fee and not call.max_priority_fee:
            environment = replace(environment, base_fee=ZERO_WEI)
        state.set_fees(environment.base_fee, self._blob_base_fee if call.max_fee_per_blob_gas else 0)
        try:
            with state.interruptible(late):
                outcome = run(state, call, environment, self._rules)
            return _call_result(outcome, _accessed(state.accessed, call, outcome, environment))
        finally:
            state.forget_transaction()
            state.set_fees(self._environment.base_fee, self._blob_base_fee)

    def finish(self, withdrawals: Sequence[Withdrawal] = ()) -> BlockResult:
        for withdrawal in withdrawals:
            self._state.touch_account(withdrawal.address)
            self._state.delta_balance(withdrawal.address, withdrawal.amount_gwei * WEI_PER_GWEI)
        self._state.end_transaction()
        requests = self._requests() if self._rules.fork is Fork.PRAGUE else ()
        return BlockResult(
            tuple(self._results), requests, Gas(self._gas_used), Gas(self._blob_gas_used), self._state.diff()
        )

    def _sender(self, address: Address) -> Sender:
        state = self._state
        return Sender(state.get_nonce(address), state.get_balance(address), state.get_code(address))

    def _room(self) -> Room:
        blob_gas = self._rules.blob_schedule.maximum * BLOB_GAS
        return Room(self._environment.gas_limit - self._gas_used, blob_gas - self._blob_gas_used)

    def _requests(self) -> tuple[bytes, ...]:
        """EIP-6110, 7002 and 7251, in the order of their type bytes."""
        found: list[tuple[int, bytes]] = []
        if self._rules.deposit_contract is not None:
            logs = (log for result in self._results for log in result.receipt.logs)
            found.append((DEPOSIT_REQUEST, deposits(logs, self._rules.deposit_contract)))
        found.append((WITHDRAWAL_REQUEST, self._dequeue(WITHDRAWAL_REQUESTS)))
        found.append((CONSOLIDATION_REQUEST, self._dequeue(CONSOLIDATION_REQUESTS)))
        return tuple(bytes([kind]) + data for kind, data in found if data)

    def _dequeue(self, contract: Address) -> bytes:
        computation = system_call(self._state, contract, b"")
        if computation is None:
            return b""
        if computation.is_error:
            raise SystemCallFailed(f"system contract 0x{contract.hex()} failed: {halt_words(computation)}")
        return bytes(computation.output)


def _logs(computation: Any) -> tuple[Log, ...]:
    return tuple(
        Log(address, tuple(Hash32(topic.to_bytes(32, "big")) for topic in topics), bytes(data))
        for address, topics, data in computation.get_log_entries()
    )


def _call_result(outcome: Outcome, accessed: tuple[AccessListEntry, ...]) -> CallResult:
    computation = outcome.computation
    return CallResult(
        output=bytes(computation.output),
        gas_used=Gas(outcome.gas_used),
        gas_refund=Gas(outcome.gas_refund),
        error=halt_words(computation) if computation.is_error else None,
        logs=_logs(computation),
        accessed=accessed,
    )


def _accessed(
    warmed: set[Any], call: Call, outcome: Outcome, environment: BlockEnvironment
) -> tuple[AccessListEntry, ...]:
    """Ascending, so that equal calls give equal lists."""
    slots: dict[Address, list[Hash32]] = {}
    for key in warmed:
        if isinstance(key, tuple):
            slots.setdefault(key[0], []).append(Hash32(key[1].to_bytes(32, "big")))
        else:
            slots.setdefault(key, [])
    free = {call.sender, call.to, outcome.created, environment.coinbase}
    free.update(outcome.computation.get_precompiles(), outcome.computation.contracts_created)
    return tuple(
        AccessListEntry(address, tuple(sorted(entries)))
        for address, entries in sorted(slots.items())
        if entries or address not in free
    )
