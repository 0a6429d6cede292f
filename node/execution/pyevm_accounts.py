"""What an EVM run changes: a read-only pre-state below, one undo log of everything above it.

The methods carry py-evm's names, since its state classes inherit them. A snapshot is a length of the undo log; what
is left at the end of a block is the StateDiff. Nothing is hashed here and nothing is written.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from node.primitives.hashing import EMPTY_CODE_HASH, EMPTY_TRIE_ROOT, keccak
from node.primitives.types import Address, Hash32, Wei
from node.state.model import AccountChange, StateDiff, StateReader

Fields = tuple[int, int, Hash32]
"""Nonce, balance, code hash: what of an account an EVM changes."""

NOTHING: Final[Fields] = (0, 0, EMPTY_CODE_HASH)
"""An account that EIP-161 calls empty."""

_ABSENT: Final[Any] = object()


class DiffAccounts:
    """Accounts, slots, transient slots and warm sets of a block in the making."""

    def __init__(self, pre: StateReader) -> None:
        self._pre = pre
        self._accounts: dict[Address, Fields | None] = {}
        self._slots: dict[Address, dict[int, int]] = {}
        self._cleared: dict[Address, bool] = {}
        self._new_code: dict[Hash32, bytes] = {}
        self._originals: dict[tuple[Address, int], int] = {}
        self._warm: dict[Any, bool] = {}
        self._transient: dict[tuple[Address, int], bytes] = {}
        self._undo: list[tuple[dict[Any, Any], Any, Any]] = []
        self.accessed: set[Any] = set()
        """Addresses and (address, slot) that became warm in this transaction, in reverted calls too."""

    # The undo log

    def snapshot(self) -> Any:
        return len(self._undo)

    def revert(self, snapshot: Any) -> None:
        undo = self._undo
        while len(undo) > snapshot:
            entries, key, old = undo.pop()
            if old is _ABSENT:
                del entries[key]
            else:
                entries[key] = old

    def commit(self, snapshot: Any) -> None:
        """Nothing to do: the caller's own snapshot covers what was done since this one."""

    def end_transaction(self) -> None:
        """What was touched and is empty goes (EIP-161); what lives for one transaction only is forgotten."""
        accounts = self._accounts
        touched = {key for entries, key, _ in self._undo if entries is accounts}
        for address in touched:
            if accounts[address] == NOTHING:
                accounts[address] = None
        self._forget()

    def forget_transaction(self) -> None:
        """Undoes everything since the last transaction ended."""
        self.revert(0)
        self._forget()

    def _forget(self) -> None:
        self._undo.clear()
        self._originals.clear()
        self._warm.clear()
        self._transient.clear()
        self.accessed.clear()

    def _write(self, entries: dict[Any, Any], key: Any, value: Any) -> None:
        self._undo.append((entries, key, entries.get(key, _ABSENT)))
        entries[key] = value

    # Accounts

    def _fields(self, address: Address) -> Fields | None:
        try:
            return self._accounts[address]
        except KeyError:
            account = self._pre.account(address)
            fields = None if account is None else (account.nonce, account.balance, account.code_hash)
            self._accounts[address] = fields
            return fields

    def get_balance(self, address: Address) -> int:
        fields = self._fields(address)
        return 0 if fields is None else fields[1]

    def set_balance(self, address: Address, balance: int) -> None:
        fields = self._fields(address)
        if fields is not None:
            self._write(self._accounts, address, (fields[0], balance, fields[2]))
        elif balance:
            self._write(self._accounts, address, (0, balance, EMPTY_CODE_HASH))

    def delta_balance(self, address: Address, delta: int) -> None:
        self.set_balance(address, self.get_balance(address) + delta)

    def get_nonce(self, address: Address) -> int:
        fields = self._fields(address)
        return 0 if fields is None else fields[0]

    def set_nonce(self, address: Address, nonce: int) -> None:
        _, balance, code_hash = self._fields(address) or NOTHING
        self._write(self._accounts, address, (nonce, balance, code_hash))

    def increment_nonce(self, address: Address) -> None:
        self.set_nonce(address, self.get_nonce(address) + 1)

    def get_code_hash(self, address: Address) -> Hash32:
        fields = self._fields(address)
        return EMPTY_CODE_HASH if fields is None else fields[2]

    def get_code(self, address: Address) -> bytes:
        code_hash = self.get_code_hash(address)
        if code_hash == EMPTY_CODE_HASH:
            return b""
        code = self._new_code.get(code_hash)
        return self._pre.code(code_hash) if code is None else code

    def set_code(self, address: Address, code: bytes) -> None:
        nonce, balance, _ = self._fields(address) or NOTHING
        code_hash = keccak(code)
        if code and code_hash not in self._new_code:
            self._write(self._new_code, code_hash, code)
        self._write(self._accounts, address, (nonce, balance, code_hash))

    def delete_code(self, address: Address) -> None:
        self.set_code(address, b"")

    def has_code_or_nonce(self, address: Address) -> bool:
        """Whether a contract cannot be created there; storage counts too (EIP-7610)."""
        fields = self._fields(address)
        if fields is None:
            return False
        if fields[0] != 0 or fields[2] != EMPTY_CODE_HASH:
            return True
        return address not in self._cleared and self._had_storage(address)

    def account_exists(self, address: Address) -> bool:
        return self._fields(address) is not None

    def account_is_empty(self, address: Address) -> bool:
        fields = self._fields(address)
        return fields is None or fields == NOTHING

    def touch_account(self, address: Address) -> None:
        """EIP-161 removes empty accounts that are touched; others don't notice."""
        if self._fields(address) == NOTHING:
            self._write(self._accounts, address, NOTHING)

    def delete_account(self, address: Address) -> None:
        self.delete_storage(address)
        self._write(self._accounts, address, None)

    # Storage

    def get_storage(self, address: Address, slot: int, from_journal: bool = True) -> int:
        """`from_journal` False asks for the value when the transaction began (EIP-2200)."""
        if not from_journal:
            original = self._originals.get((address, slot))
            if original is not None:
                return original
        slots = self._slots.get(address)
        if slots is not None:
            value = slots.get(slot)
            if value is not None:
                return value
        return 0 if address in self._cleared else self._pre.storage(address, slot)

    def set_storage(self, address: Address, slot: int, value: int) -> None:
        old = self.get_storage(address, slot)
        if old == value:
            return
        self._originals.setdefault((address, slot), old)
        slots = self._slots.get(address)
        if slots is None:
            slots = self._slots[address] = {}
        self._write(slots, slot, value)

    def delete_storage(self, address: Address) -> None:
        self._write(self._cleared, address, True)
        self._write(self._slots, address, {})

    # Transient storage (EIP-1153)

    def get_transient_storage(self, address: Address, slot: int) -> bytes:
        return self._transient.get((address, slot), b"")

    def set_transient_storage(self, address: Address, slot: int, value: bytes) -> None:
        self._write(self._transient, (address, slot), value)

    def clear_transient_storage(self) -> None:
        self._transient.clear()

    # Warm sets (EIP-2929)

    def is_address_warm(self, address: Address) -> bool:
        return address in self._warm

    def mark_address_warm(self, address: Address) -> None:
        self._mark_warm(address)

    def is_storage_warm(self, address: Address, slot: int) -> bool:
        return (address, slot) in self._warm

    def mark_storage_warm(self, address: Address, slot: int) -> None:
        self._mark_warm((address, slot))

    def _mark_warm(self, key: Any) -> None:
        if key not in self._warm:
            self._write(self._warm, key, True)
            self.accessed.add(key)

    # The outcome

    def diff(self) -> StateDiff:
        """What differs from the pre-state, now that the last transaction has ended."""
        accounts = {
            address: None if fields is None else AccountChange(fields[0], Wei(fields[1]), fields[2])
            for address, fields in self._accounts.items()
            if fields != self._before(address)
        }
        cleared = frozenset(
            address for address in self._cleared if self._had_storage(address) and self._accounts.get(address)
        )
        used = {change.code_hash for change in accounts.values() if change is not None}
        code = {code_hash: code for code_hash, code in self._new_code.items() if code_hash in used}
        return StateDiff(accounts, dict(self._changed_slots()), cleared, code)

    def _before(self, address: Address) -> Fields | None:
        account = self._pre.account(address)
        return None if account is None else (account.nonce, account.balance, account.code_hash)

    def _changed_slots(self) -> Iterator[tuple[Address, Mapping[int, int]]]:
        for address, slots in self._slots.items():
            if self._fields(address) is None:
                continue
            if address in self._cleared:
                changed = {slot: value for slot, value in slots.items() if value}
            else:
                storage = self._pre.storage
                changed = {slot: value for slot, value in slots.items() if value != storage(address, slot)}
            if changed:
                yield address, changed

    def _had_storage(self, address: Address) -> bool:
        account = self._pre.account(address)
        return account is not None and account.storage_root != EMPTY_TRIE_ROOT
