"""The account leaf and the storage leaf as the tries hold them (Yellow Paper 4.1), and where they hold them."""

from node.primitives.hashing import keccak
from node.primitives.rlp import encode_int
from node.primitives.types import Address, Hash32, Wei
from node.state.errors import DamagedState
from node.state.model import Account
from node.state.nodes import encode_list, encode_string

_SHORTEST = 2 + 2 + 66
"""A list head, two integers of one byte, two hashes."""


def account_path(address: Address) -> str:
    return keccak(address).hex()


def slot_path(slot: int) -> str:
    return keccak(slot.to_bytes(32, "big")).hex()


def encode_account(account: Account) -> bytes:
    return encode_list(
        encode_string(encode_int(account.nonce))
        + encode_string(encode_int(account.balance))
        + b"\xa0"
        + account.storage_root
        + b"\xa0"
        + account.code_hash
    )


def decode_account(raw: bytes) -> Account:
    """Reads what `encode_account` wrote: two integers, then two hashes at fixed places from the end."""
    if len(raw) < _SHORTEST or raw[-66] != 0xA0 or raw[-33] != 0xA0:
        raise DamagedState(f"an account leaf of {len(raw)} bytes does not decode")
    nonce, at = _integer(raw, 2)
    balance, at = _integer(raw, at)
    if at != len(raw) - 66:
        raise DamagedState(f"an account leaf of {len(raw)} bytes does not decode")
    return Account(nonce, Wei(balance), Hash32(raw[-65:-33]), Hash32(raw[-32:]))


def encode_slot(value: int) -> bytes:
    return encode_string(encode_int(value))


def decode_slot(raw: bytes | None) -> int:
    """A storage leaf is the RLP of the value without leading zeros."""
    if raw is None:
        return 0
    return int.from_bytes(raw if raw[0] < 0x80 else raw[1:], "big")


def storage_owner(address: Address) -> Hash32:
    return keccak(address)


def _integer(raw: bytes, at: int) -> tuple[int, int]:
    head = raw[at]
    if head < 0x80:
        return head, at + 1
    end = at + 1 + head - 0x80
    return int.from_bytes(raw[at + 1 : end], "big"), end
