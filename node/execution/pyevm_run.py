"""One checked transaction or call through the interpreter: gas bought, authorisations, the call, gas settled.

The steps are those of the Yellow Paper, section 6, as EIP-1559, 2929, 3529, 3651, 4844, 7623 and 7702 changed them.
"""

from dataclasses import dataclass
from typing import Any, Final

from eth.constants import CREATE_CONTRACT_ADDRESS
from eth.exceptions import ContractCreationCollision
from eth.vm.forks.cancun.transaction_context import CancunTransactionContext
from eth.vm.message import Message

from node.execution.engine import BlockEnvironment, Call, Fork, Rules
from node.execution.pyevm_state import EvmState
from node.execution.validity import DELEGATION_PREFIX, floor_gas, intrinsic_gas, is_delegation
from node.primitives.hashing import keccak
from node.primitives.rlp import encode, encode_int
from node.primitives.transaction import BLOB_GAS, Authorization, Transaction
from node.primitives.types import UINT64_MAX, ZERO_ADDRESS, Address

REFUND_QUOTIENT: Final = 5
EXISTING_AUTHORITY_REFUND: Final = 12_500
"""EIP-7702: PER_EMPTY_ACCOUNT_COST - PER_AUTH_BASE_COST."""

SYSTEM_ADDRESS: Final = Address(b"\xff" * 19 + b"\xfe")
SYSTEM_CALL_GAS: Final = 30_000_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """`computation` is py-evm's; `created` is where a contract creation went, whether it succeeded or not."""

    computation: Any
    gas_used: int
    gas_refund: int
    created: Address | None


def run(state: EvmState, request: Transaction | Call, environment: BlockEnvironment, rules: Rules) -> Outcome:
    """Leaves the state before `end_transaction`; the request has passed its checks."""
    sender = request.sender
    gas_price = min(request.max_fee, environment.base_fee + request.max_priority_fee)
    nonce = state.get_nonce(sender)
    blob_fee = BLOB_GAS * len(request.blob_hashes) * state.blob_base_fee
    state.delta_balance(sender, -request.gas * gas_price - blob_fee)
    state.set_nonce(sender, nonce + 1)
    refund = sum(_authorize(state, entry, rules) for entry in request.authorizations)
    gas = request.gas - intrinsic_gas(request)
    created = contract_address(sender, nonce) if request.to is None else None
    _warm_up(state, request, created)
    context = CancunTransactionContext(gas_price, sender, list(request.blob_hashes))  # type: ignore[arg-type]  # bytes
    computation = _execute(state, _message(state, request, created, gas, refund, rules), context)
    return _settle(state, request, environment, rules, computation, created)


def contract_address(sender: Address, nonce: int) -> Address:
    return Address(keccak(encode([sender, encode_int(nonce)]))[12:])


def system_call(state: EvmState, to: Address, data: bytes) -> Any | None:
    """Calls a system contract as the protocol does; None where there is none. The transaction is over then."""
    code = state.get_code(to)
    if not code:
        return None
    message = Message(SYSTEM_CALL_GAS, to, SYSTEM_ADDRESS, 0, data, code)  # type: ignore[arg-type]  # bytes
    computation = _execute(state, message, CancunTransactionContext(0, SYSTEM_ADDRESS))  # type: ignore[arg-type]
    state.end_transaction()
    return computation


def _authorize(state: EvmState, entry: Authorization, rules: Rules) -> int:
    """Sets one delegation (EIP-7702) and gives the refund; an entry that is no good changes nothing."""
    if entry.chain_id not in (0, rules.chain_id) or entry.nonce >= UINT64_MAX:
        return 0
    authority = entry.authority
    if authority is None:
        return 0
    state.mark_address_warm(authority)
    code = state.get_code(authority)
    if (code and not is_delegation(code)) or state.get_nonce(authority) != entry.nonce:
        return 0
    refund = EXISTING_AUTHORITY_REFUND if state.account_exists(authority) else 0
    state.set_code(authority, b"" if entry.address == ZERO_ADDRESS else DELEGATION_PREFIX + entry.address)
    state.increment_nonce(authority)
    return refund


def _warm_up(state: EvmState, request: Transaction | Call, created: Address | None) -> None:
    state.mark_address_warm(request.sender)
    target = created if request.to is None else request.to
    assert target is not None
    state.mark_address_warm(target)
    for entry in request.access_list:
        state.mark_address_warm(entry.address)
        for slot in entry.slots:
            state.mark_storage_warm(entry.address, int.from_bytes(slot, "big"))


def _message(
    state: EvmState, request: Transaction | Call, created: Address | None, gas: int, refund: int, rules: Rules
) -> Message:
    if request.to is None:
        return Message(
            gas=gas,
            to=CREATE_CONTRACT_ADDRESS,
            sender=request.sender,  # type: ignore[arg-type]  # eth_typing's Address is bytes, as ours
            value=request.value,
            data=b"",
            code=request.data,
            create_address=created,  # type: ignore[arg-type]  # as above
            refund=refund,
        )
    code = state.get_code(request.to)
    delegated = rules.fork is Fork.PRAGUE and is_delegation(code)
    if delegated:
        target = Address(code[len(DELEGATION_PREFIX) :])
        state.mark_address_warm(target)
        code = state.get_code(target)
    return Message(
        gas=gas,
        to=request.to,  # type: ignore[arg-type]  # as above
        sender=request.sender,  # type: ignore[arg-type]  # as above
        value=request.value,
        data=request.data,
        code=code,
        is_delegation=delegated,
        refund=refund,
    )


def _execute(state: EvmState, message: Message, context: CancunTransactionContext) -> Any:
    machine = state.computation_class
    if not message.is_create:
        return machine.apply_message(state, message, context)
    if state.has_code_or_nonce(Address(message.storage_address)):
        computation = machine(state, message, context)
        computation.error = ContractCreationCollision("contract address collision")
        return computation
    return machine.apply_create_message(state, message, context)


def _settle(
    state: EvmState,
    request: Transaction | Call,
    environment: BlockEnvironment,
    rules: Rules,
    computation: Any,
    created: Address | None,
) -> Outcome:
    """Refunds (EIP-3529), the data floor (EIP-7623), the author's tip, and accounts that destroyed themselves."""
    used = request.gas - computation.get_gas_remaining()
    refund = min(computation.get_gas_refund(), used // REFUND_QUOTIENT)
    used -= refund
    if rules.fork is Fork.PRAGUE:
        used = max(used, floor_gas(request.data))
    tip = min(request.max_priority_fee, request.max_fee - environment.base_fee)
    state.delta_balance(request.sender, (request.gas - used) * (environment.base_fee + tip))
    state.touch_account(environment.coinbase)
    state.delta_balance(environment.coinbase, used * tip)
    for address in computation.get_accounts_for_deletion():
        state.delete_account(address)
    return Outcome(computation, used, refund, created)
