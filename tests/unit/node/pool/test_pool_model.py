"""The pool against a naive one that keeps a list and works everything out anew each time."""

import random
from contextlib import suppress
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from node.pool.errors import PoolRefused
from node.pool.model import PoolLimits
from node.pool.pool import Pool
from node.primitives.genesis import ChainConfig, QbftRules
from node.primitives.keys import PrivateKey
from node.primitives.transaction import Transaction, UnsignedTransaction, sign_transaction
from node.primitives.types import Address, Hash32, Wei
from node.state.model import Account

CONFIG = ChainConfig(7, QbftRules(validators_contract=Address(b"\x11" * 20)))
KEYS = [PrivateKey(bytes([index]) * 32) for index in range(1, 6)]
LIMITS = PoolLimits(transactions=8, size=900, per_sender=5)


@dataclass
class Naive:
    """A list of (transaction, arrival), oldest first, and the accounts that everything follows from."""

    accounts: dict[Address, Account] = field(default_factory=dict)
    entries: list[tuple[Transaction, int]] = field(default_factory=list)
    arrivals: int = 0

    def account(self, address: Address) -> Account | None:
        return self.accounts.get(address)

    def storage(self, address: Address, slot: int) -> int:
        return 0

    def code(self, code_hash: Hash32) -> bytes:
        return b""

    def of(self, sender: Address) -> list[Transaction]:
        mine = [transaction for transaction, _ in self.entries if transaction.sender == sender]
        return sorted(mine, key=lambda each: each.nonce)

    def executable(self, sender: Address) -> list[Transaction]:
        nonce, left = self.accounts[sender].nonce, int(self.accounts[sender].balance)
        found: list[Transaction] = []
        for transaction in self.of(sender):
            left -= transaction.value + transaction.gas * transaction.max_fee
            if transaction.nonce != nonce or left < 0:
                break
            nonce += 1
            found.append(transaction)
        return found

    def all_executable(self) -> set[Transaction]:
        return {transaction for sender in self.accounts for transaction in self.executable(sender)}

    def eviction_order(self) -> list[Transaction]:
        executable = self.all_executable()
        arrival = dict(self.entries)
        waiting = [each for each in arrival if each not in executable]
        tails = [self.executable(sender)[-1] for sender in self.accounts if self.executable(sender)]
        waiting.sort(key=lambda each: (each.effective_tip(0), each.max_fee, -arrival[each]))
        tails.sort(key=lambda t: (t.effective_tip(0), t.max_fee, -len(self.of(t.sender)), -arrival[t]))
        return waiting + tails

    def add(self, new: Transaction, local: bool) -> bool:
        account = self.accounts[new.sender]
        if any(each == new for each, _ in self.entries) or new.nonce < account.nonce:
            return False
        if account.balance < new.value + new.gas * new.max_fee:
            return False
        self.arrivals += 1
        before = list(self.entries)
        standing = [each for each in self.of(new.sender) if each.nonce == new.nonce]
        if standing and not _outbids(new, standing[0], local):
            return False
        if standing:
            self.remove(standing[0])
        elif len(self.of(new.sender)) >= LIMITS.per_sender:
            highest = self.of(new.sender)[-1]
            if highest.nonce < new.nonce:
                return False
            self.remove(highest)
        self.entries.append((new, self.arrivals))
        while len(self.entries) > LIMITS.transactions or sum(len(each.raw) for each, _ in self.entries) > LIMITS.size:
            if not self.push_one_out(new):
                self.entries = before
                return False
        return True

    def push_one_out(self, new: Transaction) -> bool:
        victim = self.eviction_order()[0]
        if victim == new:
            return False
        if victim in self.all_executable():
            bids = [(each.effective_tip(0), each.max_fee) for each in (victim, new)]
            heavier = len(self.of(victim.sender)) > len(self.of(new.sender))
            if victim.sender == new.sender or not (bids[0] < bids[1] or (bids[0] == bids[1] and heavier)):
                return False
        self.remove(victim)
        return True

    def remove(self, transaction: Transaction) -> None:
        self.entries = [entry for entry in self.entries if entry[0] != transaction]


def _outbids(new: Transaction, standing: Transaction, local: bool) -> bool:
    bids = [(each.max_priority_fee, each.max_fee, each.gas) for each in (new, standing)]
    return bids[0] > bids[1] or (bids[0] == bids[1] and not local and new.hash < standing.hash)


class PoolMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.model = Naive({key.address: Account(balance=Wei(100_000)) for key in KEYS})
        self.pool = Pool(LIMITS, CONFIG)

    @rule(
        key=st.sampled_from(KEYS),
        ahead=st.integers(-1, 6),
        fee=st.integers(0, 2),
        tip=st.integers(0, 2),
        gas=st.integers(21_000, 21_001),
        value=st.sampled_from([0, 1, 60_000]),
        padding=st.sampled_from([0, 0, 0, 300]),
        local=st.booleans(),
    )
    def add(
        self, key: PrivateKey, ahead: int, fee: int, tip: int, gas: int, value: int, padding: int, local: bool
    ) -> None:
        nonce = max(0, self.model.accounts[key.address].nonce + ahead)
        unsigned = UnsignedTransaction(
            chain_id=7,
            nonce=nonce,
            max_priority_fee=min(fee, tip),
            max_fee=fee,
            gas=gas + 40 * padding,
            to=KEYS[0].address,
            value=value,
            data=b"\1" * padding,
        )
        transaction = sign_transaction(unsigned, key)
        expected = self.model.add(transaction, local)
        try:
            added = self.pool.add(transaction, self.model, 0, local=local, now_ms=0)
        except PoolRefused:
            assert not expected
        else:
            assert expected
            assert added.executable == (transaction in self.model.all_executable())

    @rule(count=st.integers(0, 4), payee=st.sampled_from(KEYS), income=st.sampled_from([0, 50_000]))
    def block(self, count: int, payee: PrivateKey, income: int) -> None:
        mined = [transaction for transaction, _ in zip(self.pool.candidates(0), range(count), strict=False)]
        for transaction in mined:
            account = self.model.accounts[transaction.sender]
            spent = transaction.value + 21_000 * transaction.max_fee
            self.model.accounts[transaction.sender] = Account(account.nonce + 1, Wei(account.balance - spent))
            self.model.remove(transaction)
        rich = self.model.accounts[payee.address]
        self.model.accounts[payee.address] = Account(rich.nonce, Wei(rich.balance + income))
        self.pool.upon_block(mined, self.model, 0, 30_000_000)
        for key in KEYS:  # a payee with no starved payment is read again when it next matters
            if self.pool.content().get(key.address) and key == payee:
                self.pool.upon_block((_to(payee.address),), self.model, 0, 30_000_000)

    @invariant()
    def holds_the_same(self) -> None:
        assert set(self.pool.hashes()) == {each.hash for each, _ in self.model.entries}
        assert self.pool.bytes == sum(len(each.raw) for each, _ in self.model.entries)

    @invariant()
    def offers_the_same(self) -> None:
        offered = list(self.pool.candidates(0))
        assert set(offered) == self.model.all_executable()
        assert self.pool.executable == len(offered)
        for key in KEYS:
            nonces = [each.nonce for each in offered if each.sender == key.address]
            assert nonces == sorted(nonces)

    @invariant()
    def says_why(self) -> None:
        for transaction_hash in self.pool.hashes():
            assert self.pool.reason(transaction_hash)

    @invariant()
    def knows_the_next_nonce(self) -> None:
        for key in KEYS:
            taken = {each.nonce for each in self.model.of(key.address)}
            nonce = self.model.accounts[key.address].nonce
            while nonce in taken:
                nonce += 1
            assert self.pool.pending_nonce(key.address, self.model) == nonce


def _to(address: Address) -> Transaction:
    stranger = PrivateKey(b"\x99" * 32)
    return sign_transaction(UnsignedTransaction(chain_id=7, nonce=0, gas=21_000, to=address), stranger)


PoolMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
test_pool_equals_the_naive_one = PoolMachine.TestCase


bids = st.tuples(st.sampled_from(KEYS[:2]), st.integers(0, 2), st.integers(0, 2), st.integers(0, 1), st.integers(0, 2))


@given(st.lists(bids, max_size=12), st.randoms(use_true_random=False))
def test_pools_that_heard_the_same_from_peers_agree_whatever_the_order(
    offers: list[tuple[PrivateKey, int, int, int, int]], chance: random.Random
) -> None:
    transactions = [
        sign_transaction(
            UnsignedTransaction(
                chain_id=7,
                nonce=nonce,
                max_priority_fee=tip,
                max_fee=2,
                gas=21_000 + extra,
                to=key.address,
                value=value,
            ),
            key,
        )
        for key, nonce, tip, extra, value in offers
    ]
    state = Naive({key.address: Account(balance=Wei(10**9)) for key in KEYS})

    def heard(order: list[Transaction]) -> set[Hash32]:
        pool = Pool(PoolLimits(), CONFIG)
        for transaction in order:
            with suppress(PoolRefused):
                pool.add(transaction, state, 0, local=False, now_ms=0)
        return set(pool.hashes())

    shuffled = list(transactions)
    chance.shuffle(shuffled)
    assert heard(transactions) == heard(shuffled)
