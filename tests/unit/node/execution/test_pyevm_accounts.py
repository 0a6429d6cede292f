"""The undo log against a model that copies everything at every snapshot."""

from copy import deepcopy
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from node.execution.pyevm_accounts import DiffAccounts
from node.primitives.genesis import GenesisAccount
from node.primitives.hashing import EMPTY_CODE_HASH, keccak
from node.primitives.types import Address, Hash32, Wei
from node.state import TrieState, apply_diff, genesis_state

ADDRESSES = [Address(bytes([index]) * 20) for index in range(1, 6)]
SLOTS = [0, 1, 2]
CODES = [b"", b"\x00", b"\x01"]
ALLOC = {
    ADDRESSES[0]: GenesisAccount(Wei(10), 0, b"", {}),
    ADDRESSES[1]: GenesisAccount(Wei(0), 1, b"\x00", {0: 5, 1: 6}),
    ADDRESSES[2]: GenesisAccount(Wei(0), 0, b"", {}),
}

addresses = st.sampled_from(ADDRESSES)
slots = st.sampled_from(SLOTS)


class _Nodes:
    """The pre-state as a NodeReader."""

    def __init__(self) -> None:
        update, self.codes = genesis_state(ALLOC)
        self.nodes, self.root = update.added, update.root

    def node(self, owner: bytes, node_hash: Hash32) -> bytes:
        return self.nodes[owner, node_hash]

    def code(self, code_hash: Hash32) -> bytes:
        return self.codes[code_hash]


NODES = _Nodes()


def _fresh() -> dict[str, Any]:
    return {"nonce": 0, "balance": 0, "code": b"", "storage": {}}


class UndoMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.real = DiffAccounts(TrieState(NODES, NODES.root))
        self.model: dict[Address, dict[str, Any]] = {
            address: {
                "nonce": entry.nonce,
                "balance": entry.balance,
                "code": entry.code,
                "storage": dict(entry.storage),
            }
            for address, entry in ALLOC.items()
        }
        self.transient: dict[tuple[Address, int], bytes] = {}
        self.warm: set[Address] = set()
        self.began = deepcopy(self.model)
        self.touched: set[Address] = set()
        self.marks: list[tuple[Any, Any]] = []

    def _entry(self, address: Address) -> dict[str, Any]:
        self.touched.add(address)
        return self.model.setdefault(address, _fresh())

    @rule(address=addresses, balance=st.integers(0, 20))
    def set_balance(self, address: Address, balance: int) -> None:
        self.real.set_balance(address, balance)
        if balance or address in self.model:
            self._entry(address)["balance"] = balance

    @rule(address=addresses)
    def increment_nonce(self, address: Address) -> None:
        self.real.increment_nonce(address)
        self._entry(address)["nonce"] += 1

    @rule(address=addresses, code=st.sampled_from(CODES))
    def set_code(self, address: Address, code: bytes) -> None:
        self.real.set_code(address, code)
        self._entry(address)["code"] = code

    @rule(address=addresses, slot=slots, value=st.integers(0, 3))
    def set_storage(self, address: Address, slot: int, value: int) -> None:
        if address in self.model and self.model[address]["code"]:
            self.real.set_storage(address, slot, value)
            self.model[address]["storage"][slot] = value

    @rule(address=addresses)
    def delete_account(self, address: Address) -> None:
        self.real.delete_account(address)
        self.touched.add(address)
        self.model.pop(address, None)

    @rule(address=addresses)
    def touch(self, address: Address) -> None:
        self.real.touch_account(address)
        if address in self.model:
            self.touched.add(address)

    @rule(address=addresses, slot=slots, value=st.sampled_from([b"", b"\x01"]))
    def set_transient(self, address: Address, slot: int, value: bytes) -> None:
        self.real.set_transient_storage(address, slot, value)
        self.transient[address, slot] = value

    @rule(address=addresses)
    def warm_up(self, address: Address) -> None:
        self.real.mark_address_warm(address)
        self.warm.add(address)

    @rule()
    def snapshot(self) -> None:
        self.marks.append((self.real.snapshot(), deepcopy((self.model, self.transient, self.warm, self.touched))))

    @precondition(lambda self: self.marks)
    @rule(back=st.integers(1, 3))
    def revert(self, back: int) -> None:
        mark = self.marks[-min(back, len(self.marks))]
        del self.marks[-min(back, len(self.marks)) :]
        self.real.revert(mark[0])
        self.model, self.transient, self.warm, self.touched = deepcopy(mark[1])

    @precondition(lambda self: self.marks)
    @rule()
    def commit(self) -> None:
        self.real.commit(self.marks.pop()[0])

    @rule()
    def end_transaction(self) -> None:
        self.real.end_transaction()
        for address in self.touched:
            entry = self.model.get(address)
            if entry is not None and not entry["nonce"] and not entry["balance"] and not entry["code"]:
                del self.model[address]
        self._next_transaction()

    @rule()
    def forget_transaction(self) -> None:
        self.real.forget_transaction()
        self.model = deepcopy(self.began)
        self._next_transaction()

    def _next_transaction(self) -> None:
        self.began = deepcopy(self.model)
        self.transient, self.warm, self.touched, self.marks = {}, set(), set(), []

    @invariant()
    def reads_agree(self) -> None:
        for address in ADDRESSES:
            entry = self.model.get(address)
            shown = entry or _fresh()
            assert self.real.account_exists(address) is (entry is not None)
            assert self.real.get_nonce(address) == shown["nonce"]
            assert self.real.get_balance(address) == shown["balance"]
            assert self.real.get_code(address) == shown["code"]
            assert self.real.is_address_warm(address) is (address in self.warm)
            for slot in SLOTS:
                assert self.real.get_transient_storage(address, slot) == self.transient.get((address, slot), b"")
                if entry is not None:
                    assert self.real.get_storage(address, slot) == shown["storage"].get(slot, 0)

    @invariant()
    def the_diff_gives_the_model(self) -> None:
        """The state after the diff is the one that the model's accounts make from nothing."""
        accounts = {
            address: GenesisAccount(
                Wei(entry["balance"]),
                entry["nonce"],
                entry["code"],
                {slot: value for slot, value in entry["storage"].items() if value},
            )
            for address, entry in self.model.items()
        }
        diff = self.real.diff()
        assert apply_diff(NODES, NODES.root, diff).root == genesis_state(accounts)[0].root
        assert all(keccak(code) == code_hash for code_hash, code in diff.code.items())
        known = {EMPTY_CODE_HASH, *diff.code, *NODES.codes}
        assert all(change is None or change.code_hash in known for change in diff.accounts.values())


UndoMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestUndo = UndoMachine.TestCase


def test_the_value_a_transaction_began_with_is_remembered() -> None:
    """EIP-2200 prices a store by it, whatever was stored and reverted since."""
    real = DiffAccounts(TrieState(NODES, NODES.root))
    address = ADDRESSES[1]
    real.set_storage(address, 0, 7)
    mark = real.snapshot()
    real.set_storage(address, 0, 8)
    assert (real.get_storage(address, 0), real.get_storage(address, 0, from_journal=False)) == (8, 5)
    real.revert(mark)
    assert (real.get_storage(address, 0), real.get_storage(address, 0, from_journal=False)) == (7, 5)
    real.end_transaction()
    assert real.get_storage(address, 0, from_journal=False) == 7
