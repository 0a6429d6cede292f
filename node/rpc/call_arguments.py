"""The transaction object of eth_call, eth_estimateGas and eth_createAccessList."""

from dataclasses import dataclass

from node.primitives.transaction import AccessListEntry, Authorization
from node.primitives.types import UINT64_MAX, ZERO_ADDRESS, Address, Hash32
from node.rpc.errors import ServerError
from node.rpc.parameters import BadValue, Members, address, data, hash32, quantity, sequence, uint64

MAX_ACCESS_LIST_ENTRIES = 4_096
MAX_AUTHORIZATIONS = 256
MAX_BLOBS = 16


@dataclass(frozen=True, slots=True)
class CallArguments:
    """None is what the caller left open."""

    sender: Address
    to: Address | None
    gas: int | None
    max_fee: int
    max_priority_fee: int
    value: int
    data: bytes
    nonce: int | None
    chain_id: int | None
    access_list: tuple[AccessListEntry, ...]
    authorizations: tuple[Authorization, ...]
    blob_hashes: tuple[Hash32, ...]
    max_fee_per_blob_gas: int


def call_arguments(value: object) -> CallArguments:
    members = Members(value)
    max_fee, max_priority_fee = _fees(members)
    return CallArguments(
        sender=members.optional("from", address) or ZERO_ADDRESS,
        to=members.optional("to", address),
        gas=members.optional("gas", uint64),
        max_fee=max_fee,
        max_priority_fee=max_priority_fee,
        value=members.optional("value", quantity) or 0,
        data=_input(members),
        nonce=members.optional("nonce", uint64),
        chain_id=members.optional("chainId", quantity),
        access_list=members.optional("accessList", sequence(_access_entry, MAX_ACCESS_LIST_ENTRIES)) or (),
        authorizations=members.optional("authorizationList", sequence(_authorization, MAX_AUTHORIZATIONS)) or (),
        blob_hashes=members.optional("blobVersionedHashes", sequence(hash32, MAX_BLOBS)) or (),
        max_fee_per_blob_gas=members.optional("maxFeePerBlobGas", quantity) or 0,
    )


def _fees(members: Members) -> tuple[int, int]:
    """(max fee, max priority fee), both the gas price where that is what was given."""
    gas_price = members.optional("gasPrice", quantity)
    max_fee = members.optional("maxFeePerGas", quantity)
    max_priority_fee = members.optional("maxPriorityFeePerGas", quantity)
    if gas_price is not None:
        if max_fee is not None or max_priority_fee is not None:
            raise ServerError("both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified")
        return gas_price, gas_price
    tip = max_priority_fee or 0
    if max_fee is not None and tip > max_fee:
        raise ServerError(f"maxFeePerGas ({max_fee}) < maxPriorityFeePerGas ({tip})")
    return max_fee or 0, tip if max_fee else 0


def _input(members: Members) -> bytes:
    by_old_name, by_new_name = members.optional("data", data), members.optional("input", data)
    if by_old_name is not None and by_new_name is not None and by_old_name != by_new_name:
        raise ServerError(
            'both "data" and "input" are set and not equal. Please use "input" to pass transaction call data'
        )
    return (by_new_name if by_new_name is not None else by_old_name) or b""


def _access_entry(value: object) -> AccessListEntry:
    members = Members(value)
    slots = members.optional("storageKeys", sequence(hash32, MAX_ACCESS_LIST_ENTRIES)) or ()
    return AccessListEntry(members.required("address", address), slots)


def _authorization(value: object) -> Authorization:
    members = Members(value)
    y_parity = members.required("yParity", uint64)
    if y_parity > 255:
        raise BadValue("hex number > 8 bits", ".yParity")
    return Authorization(
        chain_id=members.required("chainId", quantity),
        address=members.required("address", address),
        nonce=members.required("nonce", lambda entry: quantity(entry, UINT64_MAX)),
        y_parity=y_parity,
        r=members.required("r", quantity),
        s=members.required("s", quantity),
    )
