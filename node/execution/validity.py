"""Whether a transaction may be in a block, before any EVM sees it: geth's checks, in geth's order and words.

Pure functions. The two forms that are judged, a signed Transaction and an unsigned Call, share their field names.
"""

from dataclasses import dataclass
from typing import Final

from node.execution.engine import BlockEnvironment, Call, Fork, Rules
from node.execution.errors import (
    BadTransactionForm,
    BlobFeeCapTooLow,
    BlockGasExceeded,
    FeeCapTooLow,
    InitcodeTooLarge,
    InsufficientFunds,
    IntrinsicGasTooLow,
    NonceAtMaximum,
    NonceTooHigh,
    NonceTooLow,
    SenderNotExternallyOwned,
    TipAboveFeeCap,
    TransactionGasCapExceeded,
    WrongChain,
)
from node.primitives.genesis import BlobSchedule
from node.primitives.transaction import BLOB_GAS, Transaction, TransactionKind
from node.primitives.types import UINT64_MAX, UINT256_MAX, Address, Gas, Wei

TRANSACTION_GAS: Final = 21_000
CREATION_GAS: Final = 32_000
ZERO_BYTE_GAS: Final = 4
NON_ZERO_BYTE_GAS: Final = 16
ACCESS_ADDRESS_GAS: Final = 2_400
ACCESS_SLOT_GAS: Final = 1_900
INITCODE_WORD_GAS: Final = 2
MAX_INITCODE_BYTES: Final = 49_152
AUTHORIZATION_GAS: Final = 25_000
FLOOR_GAS_PER_TOKEN: Final = 10
TOKENS_PER_NON_ZERO_BYTE: Final = 4
DELEGATION_PREFIX: Final = b"\xef\x01\x00"
DELEGATION_LENGTH: Final = 23
KZG_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Sender:
    """Who pays, as of now."""

    nonce: int
    balance: int
    code: bytes


@dataclass(frozen=True, slots=True)
class Room:
    """What gas the block has left."""

    gas: int
    blob_gas: int


def is_delegation(code: bytes) -> bool:
    """Whether an account's code is an EIP-7702 designator, 0xef0100 and an address."""
    return len(code) == DELEGATION_LENGTH and code.startswith(DELEGATION_PREFIX)


def intrinsic_gas(request: Transaction | Call) -> Gas:
    """What a request costs before its first opcode (EIP-2028, 2930, 3860, 7702)."""
    data = request.data
    zeros = data.count(0)
    gas = TRANSACTION_GAS + zeros * ZERO_BYTE_GAS + (len(data) - zeros) * NON_ZERO_BYTE_GAS
    if request.to is None:
        gas += CREATION_GAS + (len(data) + 31) // 32 * INITCODE_WORD_GAS
    for entry in request.access_list:
        gas += ACCESS_ADDRESS_GAS + ACCESS_SLOT_GAS * len(entry.slots)
    return Gas(gas + AUTHORIZATION_GAS * len(request.authorizations))


def floor_gas(data: bytes) -> Gas:
    """The least a Prague transaction pays for its data (EIP-7623)."""
    zeros = data.count(0)
    tokens = zeros + (len(data) - zeros) * TOKENS_PER_NON_ZERO_BYTE
    return Gas(TRANSACTION_GAS + FLOOR_GAS_PER_TOKEN * tokens)


def blob_base_fee(excess_blob_gas: int, schedule: BlobSchedule) -> Wei:
    """e ** (excess / fraction) by Taylor in integers, at least 1 wei (EIP-4844, `fake_exponential`)."""
    denominator = schedule.update_fraction
    term, total, order = denominator, 0, 1
    while term > 0:
        total += term
        term = term * excess_blob_gas // (denominator * order)
        order += 1
    return Wei(total // denominator)


def check_transaction(
    transaction: Transaction, sender: Sender, environment: BlockEnvironment, rules: Rules, room: Room
) -> None:
    """Raises the TransactionRefused that says why `transaction` cannot come next in the block."""
    if transaction.chain_id is not None and transaction.chain_id != rules.chain_id:
        raise WrongChain(f"invalid chain id for signer: have {transaction.chain_id} want {rules.chain_id}")
    _check_kind(transaction.kind, rules.fork)
    _check_nonce(transaction, sender)
    if sender.code and not is_delegation(sender.code):
        who = _hex(transaction.sender)
        raise SenderNotExternallyOwned(f"sender not an eoa: address {who}, codelen: {len(sender.code)}")
    _check_fees(transaction, environment.base_fee)
    _check_form(transaction, transaction.kind is TransactionKind.BLOB, transaction.kind is TransactionKind.SET_CODE)
    _check_blob_fee(transaction, environment, rules)
    _check_funds(transaction, sender)
    _check_room(transaction, rules, room)
    _check_gas(transaction, rules)


def check_call(call: Call, sender: Sender, environment: BlockEnvironment, rules: Rules) -> None:
    """The same for a call: no nonce, and a contract may call; fees count only where some are offered."""
    if call.max_fee or call.max_priority_fee:
        _check_fees(call, environment.base_fee)
    _check_form(call, bool(call.blob_hashes), bool(call.authorizations))
    if call.max_fee_per_blob_gas:
        _check_blob_fee(call, environment, rules)
    _check_funds(call, sender)
    _check_gas(call, rules)


def _hex(address: Address) -> str:
    return f"0x{address.hex()}"


def _check_kind(kind: TransactionKind, fork: Fork) -> None:
    if kind is TransactionKind.SET_CODE and fork is not Fork.PRAGUE:
        raise BadTransactionForm(f"transaction type not supported: {int(kind)} before Prague")


def _check_nonce(transaction: Transaction, sender: Sender) -> None:
    figures = f"address {_hex(transaction.sender)}, tx: {transaction.nonce} state: {sender.nonce}"
    if transaction.nonce < sender.nonce:
        raise NonceTooLow(f"nonce too low: {figures}")
    if transaction.nonce > sender.nonce:
        raise NonceTooHigh(f"nonce too high: {figures}")
    if sender.nonce == UINT64_MAX:
        raise NonceAtMaximum(f"nonce has max value: address {_hex(transaction.sender)}, nonce: {sender.nonce}")


def _check_fees(request: Transaction | Call, base_fee: int) -> None:
    who = f"address {_hex(request.sender)}"
    if request.max_priority_fee > request.max_fee:
        raise TipAboveFeeCap(
            f"max priority fee per gas higher than max fee per gas: {who}, "
            f"maxPriorityFeePerGas: {request.max_priority_fee}, maxFeePerGas: {request.max_fee}"
        )
    if request.max_fee < base_fee:
        raise FeeCapTooLow(
            f"max fee per gas less than block base fee: {who}, maxFeePerGas: {request.max_fee}, baseFee: {base_fee}"
        )


def _check_form(request: Transaction | Call, blob: bool, set_code: bool) -> None:
    if blob:
        if request.to is None:
            raise BadTransactionForm("blob transaction of type create")
        if not request.blob_hashes:
            raise BadTransactionForm("blob transaction missing blob hashes")
        for index, blob_hash in enumerate(request.blob_hashes):
            if blob_hash[0] != KZG_VERSION:
                raise BadTransactionForm(f"blob {index} has invalid hash version")
    if set_code:
        if request.to is None:
            raise BadTransactionForm("EIP-7702 transaction cannot be used to create contract")
        if not request.authorizations:
            raise BadTransactionForm("EIP-7702 transaction with empty auth list")


def _check_blob_fee(request: Transaction | Call, environment: BlockEnvironment, rules: Rules) -> None:
    if not request.blob_hashes:
        return
    price = blob_base_fee(environment.excess_blob_gas, rules.blob_schedule)
    if request.max_fee_per_blob_gas < price:
        raise BlobFeeCapTooLow(
            f"max fee per blob gas less than block blob gas fee: address {_hex(request.sender)} "
            f"blobGasFeeCap: {request.max_fee_per_blob_gas}, blobBaseFee: {price}"
        )


def _check_funds(request: Transaction | Call, sender: Sender) -> None:
    blob_gas = BLOB_GAS * len(request.blob_hashes)
    want = request.gas * request.max_fee + request.value + blob_gas * request.max_fee_per_blob_gas
    if sender.balance < want or want > UINT256_MAX:
        raise InsufficientFunds(
            f"insufficient funds for gas * price + value: address {_hex(request.sender)} "
            f"have {sender.balance} want {want}"
        )


def _check_room(transaction: Transaction, rules: Rules, room: Room) -> None:
    if transaction.gas > room.gas:
        raise BlockGasExceeded(f"gas limit reached: the block has {room.gas} left, tx: {transaction.gas}")
    if transaction.blob_gas > room.blob_gas:
        raise BlockGasExceeded(
            f"blob gas limit reached: the block has {room.blob_gas} left, tx: {transaction.blob_gas}"
        )
    if rules.transaction_gas_cap is not None and transaction.gas > rules.transaction_gas_cap:
        raise TransactionGasCapExceeded(
            f"transaction gas limit too high (cap: {rules.transaction_gas_cap}, tx: {transaction.gas})"
        )


def _check_gas(request: Transaction | Call, rules: Rules) -> None:
    need = intrinsic_gas(request)
    if request.gas < need:
        raise IntrinsicGasTooLow(f"intrinsic gas too low: have {request.gas}, want {need}")
    if rules.fork is Fork.PRAGUE and request.gas < (floor := floor_gas(request.data)):
        raise IntrinsicGasTooLow(f"insufficient gas for floor data gas cost: have {request.gas}, want {floor}")
    if request.to is None and len(request.data) > MAX_INITCODE_BYTES:
        raise InitcodeTooLarge(f"max initcode size exceeded: code size {len(request.data)} limit {MAX_INITCODE_BYTES}")
