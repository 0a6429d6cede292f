"""The pool's rules, one sentence each."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from node.execution.errors import (
    BadTransactionForm,
    InitcodeTooLarge,
    InsufficientFunds,
    IntrinsicGasTooLow,
    NonceTooLow,
    SenderNotExternallyOwned,
    TipAboveFeeCap,
    TransactionGasCapExceeded,
    WrongChain,
)
from node.pool.errors import (
    AccountLimitExceeded,
    AlreadyKnown,
    AuthorizationForAnyChain,
    ExceedsBlockGasLimit,
    NotExecutable,
    NotReplayProtected,
    OversizedData,
    PoolFull,
    PoolRefused,
    ReplacementUnderpriced,
    TypeNotSupported,
)
from node.pool.model import Added, LeftOut, PoolLimits
from node.pool.pool import Pool
from node.primitives.genesis import ChainConfig, QbftRules
from node.primitives.hashing import keccak
from node.primitives.keys import PrivateKey
from node.primitives.transaction import (
    Authorization,
    Transaction,
    TransactionKind,
    UnsignedTransaction,
    sign_transaction,
)
from node.primitives.types import Address, Hash32, Wei
from node.state.model import Account

CHAIN = 4242
CONFIG = ChainConfig(CHAIN, QbftRules(validators_contract=Address(b"\x11" * 20)))
KEYS = [PrivateKey(bytes([index]) * 32) for index in range(1, 10)]
PAYEE = Address(b"\x77" * 20)
ETHER = 10**18


class Accounts:
    """A state of plain accounts; everyone has one ether unless told otherwise."""

    def __init__(self, accounts: Mapping[Address, Account] | None = None, code: bytes = b"") -> None:
        self.accounts = {key.address: Account(balance=Wei(ETHER)) for key in KEYS} | dict(accounts or {})
        self._code = code

    def account(self, address: Address) -> Account | None:
        return self.accounts.get(address)

    def storage(self, address: Address, slot: int) -> int:
        raise AssertionError("the pool reads no storage")

    def code(self, code_hash: Hash32) -> bytes:
        return self._code

    def set(self, key: PrivateKey, *, nonce: int = 0, balance: int = ETHER) -> None:
        self.accounts[key.address] = Account(nonce=nonce, balance=Wei(balance))


def signed(key: PrivateKey = KEYS[0], nonce: int = 0, **fields: object) -> Transaction:
    values: dict[str, object] = {"chain_id": CHAIN, "gas": 21_000, "to": PAYEE, **fields}
    return sign_transaction(UnsignedTransaction(nonce=nonce, **values), key)  # type: ignore[arg-type]  # by name


class Bench:
    """A pool and the state that it is asked about."""

    def __init__(self, limits: PoolLimits | None = None, state: Accounts | None = None) -> None:
        self.pool = Pool(limits or PoolLimits(), CONFIG)
        self.state = state or Accounts()
        self.pool.upon_block((), self.state, 0, 30_000_000)

    def add(self, transaction: Transaction, *, local: bool = True, base_fee: int = 0) -> Added:
        return self.pool.add(transaction, self.state, base_fee, local=local, now_ms=0)

    def mined(self, *transactions: Transaction) -> None:
        for transaction in transactions:
            before = self.state.accounts[transaction.sender]
            self.state.accounts[transaction.sender] = replace(before, nonce=transaction.nonce + 1)
        self.pool.upon_block(transactions, self.state, 0, 30_000_000)

    def order(self, base_fee: int = 0) -> list[Transaction]:
        return list(self.pool.candidates(base_fee))


@pytest.fixture
def bench() -> Bench:
    return Bench()


# -- what is refused, and in which words


def test_the_same_transaction_twice_is_already_known(bench: Bench) -> None:
    bench.add(signed())
    with pytest.raises(AlreadyKnown, match=r"^already known$"):
        bench.add(signed())


def test_a_used_nonce_is_too_low(bench: Bench) -> None:
    bench.state.set(KEYS[0], nonce=3)
    with pytest.raises(NotExecutable, match=r"^nonce too low: .* tx: 2 state: 3") as refused:
        bench.add(signed(nonce=2))
    assert isinstance(refused.value.cause, NonceTooLow)


def test_a_payment_over_the_balance_is_refused(bench: Bench) -> None:
    with pytest.raises(NotExecutable, match=r"^insufficient funds for gas \* price \+ value: ") as refused:
        bench.add(signed(value=ETHER, max_fee=1))
    assert isinstance(refused.value.cause, InsufficientFunds)


def test_gas_counts_against_the_balance_at_the_fee_cap(bench: Bench) -> None:
    price = ETHER // 21_000
    bench.add(signed(max_fee=price))
    with pytest.raises(NotExecutable, match="insufficient funds"):
        bench.add(signed(KEYS[1], max_fee=price + 1))


def test_an_account_without_entry_has_nothing_but_may_send_for_nothing(bench: Bench) -> None:
    stranger = PrivateKey(b"\x55" * 32)
    assert bench.add(signed(stranger)).executable
    with pytest.raises(NotExecutable, match="insufficient funds"):
        bench.add(signed(stranger, nonce=1, value=1))


def test_a_contract_cannot_send_but_a_delegated_account_can() -> None:
    account = Account(balance=Wei(ETHER), code_hash=keccak(b"code"))
    with pytest.raises(NotExecutable, match=r"^sender not an eoa") as refused:
        Bench(state=Accounts({KEYS[0].address: account}, code=b"code")).add(signed())
    assert isinstance(refused.value.cause, SenderNotExternallyOwned)
    delegated = Bench(state=Accounts({KEYS[0].address: account}, code=b"\xef\x01\x00" + PAYEE))
    assert delegated.add(signed()).executable


def test_blobs_never_enter(bench: Bench) -> None:
    blob = signed(kind=TransactionKind.BLOB, max_fee_per_blob_gas=1, blob_hashes=(Hash32(b"\1" * 32),))
    with pytest.raises(TypeNotSupported, match=r"^transaction type not supported"):
        bench.add(blob)


def test_a_transaction_without_chain_id_is_refused(bench: Bench) -> None:
    with pytest.raises(NotReplayProtected, match=r"^only replay-protected \(EIP-155\) transactions allowed over RPC$"):
        bench.add(signed(kind=TransactionKind.LEGACY, chain_id=None))


def test_a_transaction_over_128_kib_is_oversized(bench: Bench) -> None:
    with pytest.raises(OversizedData, match=r"^oversized data: transaction size \d+, limit 131072"):
        bench.add(signed(data=b"\1" * 131_072, gas=10_000_000))


def test_more_gas_than_a_block_has_is_refused(bench: Bench) -> None:
    with pytest.raises(ExceedsBlockGasLimit, match=r"^exceeds block gas limit"):
        bench.add(signed(gas=30_000_001))


def test_an_authorization_for_any_chain_is_refused(bench: Bench) -> None:
    def delegating(chain_id: int) -> Transaction:
        entry = Authorization(chain_id, PAYEE, 0, 0, 1, 1)
        return signed(kind=TransactionKind.SET_CODE, authorizations=(entry,), gas=100_000)

    with pytest.raises(AuthorizationForAnyChain, match="authorization 0 has chain id 0"):
        bench.add(delegating(0))
    assert bench.add(delegating(CHAIN)).executable


def test_a_refused_transaction_leaves_nothing_behind(bench: Bench) -> None:
    with pytest.raises(PoolRefused):
        bench.add(signed(value=2 * ETHER))
    assert (len(bench.pool), bench.pool.bytes, dict(bench.pool.content())) == (0, 0, {})


@pytest.mark.parametrize(
    ("fields", "refusal", "words"),
    [
        ({"chain_id": CHAIN + 1}, WrongChain, r"^invalid chain id for signer: have 4243 want 4242"),
        ({"gas": 20_999}, IntrinsicGasTooLow, r"^intrinsic gas too low: have 20999, want 21000"),
        ({"gas": 20_000_000}, TransactionGasCapExceeded, r"^transaction gas limit too high"),
        ({"max_priority_fee": 1}, TipAboveFeeCap, r"^max priority fee per gas higher than max fee per gas"),
        ({"to": None, "data": b"\0" * 49_153, "gas": 1_000_000}, InitcodeTooLarge, r"^max initcode size exceeded"),
        ({"kind": TransactionKind.SET_CODE, "gas": 50_000}, BadTransactionForm, r"empty auth list"),
    ],
)
def test_what_no_block_could_hold_is_refused_in_the_words_of_execution(
    bench: Bench, fields: dict[str, object], refusal: type[Exception], words: str
) -> None:
    with pytest.raises(NotExecutable, match=words) as refused:
        bench.add(signed(KEYS[0], 0, **fields))
    assert isinstance(refused.value.cause, refusal)


# -- replacement


def test_one_unit_of_gas_replaces_a_stuck_payment_where_there_are_no_fees(bench: Bench) -> None:
    stuck, cancel = signed(value=5), signed(gas=21_001, to=KEYS[0].address)
    bench.add(stuck)
    assert bench.add(cancel).replaced == stuck
    assert bench.order() == [cancel]
    assert stuck.hash not in bench.pool


@pytest.mark.parametrize(
    ("standing", "newcomer"),
    [
        ({"max_fee": 9, "gas": 50_000}, {"max_fee": 9, "max_priority_fee": 1}),
        ({"max_fee": 8, "max_priority_fee": 1, "gas": 50_000}, {"max_fee": 9, "max_priority_fee": 1}),
        ({"max_fee": 9, "max_priority_fee": 1}, {"max_fee": 9, "max_priority_fee": 1, "gas": 21_001}),
    ],
)
def test_tip_outweighs_fee_cap_outweighs_gas(
    bench: Bench, standing: dict[str, object], newcomer: dict[str, object]
) -> None:
    first, second = signed(KEYS[0], 0, **standing), signed(KEYS[0], 0, **newcomer)
    bench.add(first)
    assert bench.add(second).replaced == first
    with pytest.raises(ReplacementUnderpriced, match=r"^replacement transaction underpriced"):
        bench.add(first)


def test_between_equals_of_our_own_users_the_first_stays(bench: Bench) -> None:
    low, high = sorted((signed(value=1), signed(value=2)), key=lambda each: each.hash)
    bench.add(high)
    with pytest.raises(ReplacementUnderpriced):
        bench.add(low)


def test_between_equals_from_peers_the_lower_hash_stays_so_pools_agree() -> None:
    low, high = sorted((signed(value=1), signed(value=2)), key=lambda each: each.hash)
    here, there = Bench(), Bench()
    here.add(low)
    there.add(high)
    with pytest.raises(ReplacementUnderpriced):
        here.add(high, local=False)
    there.add(low, local=False)
    assert here.order() == there.order() == [low]


# -- bounds


def test_a_full_pool_refuses_an_equal_newcomer_of_an_equal_sender() -> None:
    bench = Bench(PoolLimits(transactions=2))
    first = [signed(KEYS[index]) for index in range(2)]
    for transaction in first:
        bench.add(transaction)
    with pytest.raises(PoolFull, match=r"^txpool is full"):
        bench.add(signed(KEYS[2]))
    assert bench.order() == first


def test_what_waits_for_a_nonce_goes_before_anything_executable() -> None:
    bench = Bench(PoolLimits(transactions=2))
    gapped, payment = signed(nonce=5, max_fee=9, max_priority_fee=9), signed(KEYS[1])
    bench.add(payment)
    bench.add(gapped)
    assert bench.add(signed(KEYS[2])).evicted == (gapped,)
    with pytest.raises(PoolFull):
        bench.add(gapped)
    assert payment.hash in bench.pool


def test_a_higher_bid_pushes_out_the_lowest_tail() -> None:
    bench = Bench(PoolLimits(transactions=3))
    low = [signed(nonce=nonce) for nonce in range(2)]
    for transaction in (*low, signed(KEYS[1], max_fee=2, max_priority_fee=2)):
        bench.add(transaction)
    assert bench.add(signed(KEYS[2], max_fee=1, max_priority_fee=1)).evicted == (low[1],)


def test_nobody_fills_the_pool_for_good() -> None:
    bench = Bench(PoolLimits(transactions=6))
    for nonce in range(6):
        bench.add(signed(nonce=nonce))
    for index, share in ((1, 3), (2, 2)):
        for nonce in range(share):
            assert bench.add(signed(KEYS[index], nonce=nonce)).evicted
        with pytest.raises(PoolFull):
            bench.add(signed(KEYS[index], nonce=share))
    assert {sender: len(ready) for sender, (ready, _) in bench.pool.content().items()} == {
        KEYS[index].address: 2 for index in range(3)
    }


def test_a_newcomer_never_pushes_out_its_own_ground() -> None:
    bench = Bench(PoolLimits(transactions=1))
    bench.add(signed())
    with pytest.raises(PoolFull):
        bench.add(signed(nonce=1, max_fee=9, max_priority_fee=9))


def test_bytes_are_bounded_and_a_refused_big_one_pushes_nobody_out() -> None:
    small = [signed(KEYS[index], max_fee=1, max_priority_fee=index) for index in range(2)]
    bench = Bench(PoolLimits(size=sum(len(each.raw) for each in small) + 10))
    for transaction in small:
        bench.add(transaction)
    with pytest.raises(PoolFull):
        bench.add(signed(KEYS[2], max_fee=1, max_priority_fee=1, data=b"\1" * 150, gas=60_000))
    assert set(bench.order()) == set(small)
    assert bench.pool.bytes == sum(len(each.raw) for each in small)


def test_a_sender_is_bounded_but_may_always_bring_the_nonce_that_is_missing() -> None:
    bench = Bench(PoolLimits(per_sender=3))
    waiting = [signed(nonce=nonce) for nonce in (2, 3, 4)]
    for transaction in waiting:
        bench.add(transaction)
    with pytest.raises(AccountLimitExceeded, match=r"^account limit exceeded: 3 "):
        bench.add(signed(nonce=5))
    assert bench.add(signed(nonce=0)).evicted == (waiting[2],)
    assert bench.add(signed(nonce=1)).evicted == (waiting[1],)
    assert [each.nonce for each in bench.order()] == [0, 1, 2]


# -- order


def test_without_fees_the_first_to_come_is_the_first_to_go(bench: Bench) -> None:
    order = [signed(KEYS[1]), signed(KEYS[0]), signed(KEYS[1], nonce=1), signed(KEYS[2])]
    for transaction in order:
        bench.add(transaction)
    assert bench.order() == order


def test_higher_effective_tips_go_first_but_never_before_the_nonce_below(bench: Bench) -> None:
    poor, rich = signed(max_fee=20, max_priority_fee=1), signed(nonce=1, max_fee=20, max_priority_fee=9)
    capped = signed(KEYS[1], max_fee=12, max_priority_fee=9)
    for transaction in (rich, poor, capped):
        bench.add(transaction, base_fee=10)
    assert bench.order(base_fee=10) == [capped, poor, rich]
    assert bench.order(base_fee=13) == [poor, rich]


def test_skipping_a_sender_skips_its_later_nonces(bench: Bench) -> None:
    for nonce in range(3):
        bench.add(signed(nonce=nonce))
    bench.add(signed(KEYS[1]))
    candidates = bench.pool.candidates(0)
    first = next(candidates)
    candidates.skip(first.sender)
    assert [each.sender for each in candidates] == [KEYS[1].address]


def test_candidates_are_a_snapshot(bench: Bench) -> None:
    payment = signed()
    bench.add(payment)
    candidates = bench.pool.candidates(0)
    bench.mined(payment)
    assert list(candidates) == [payment]


# -- blocks


def test_a_block_takes_out_the_mined_and_those_they_replaced(bench: Bench) -> None:
    here, elsewhere = signed(value=1), signed(value=2)
    follower = signed(nonce=1)
    bench.add(here)
    bench.add(follower)
    bench.mined(elsewhere)
    assert here.hash not in bench.pool
    assert bench.order() == [follower]


def test_the_missing_nonce_makes_the_others_executable(bench: Bench) -> None:
    assert not bench.add(signed(nonce=1)).executable
    assert (len(bench.pool), bench.pool.executable) == (1, 0)
    bench.add(signed(nonce=0))
    assert [each.nonce for each in bench.order()] == [0, 1]
    assert bench.pool.executable == 2


def test_money_that_arrives_makes_a_payment_executable(bench: Bench) -> None:
    bench.state.set(KEYS[0], balance=10)
    bench.add(signed(nonce=0, value=6))
    second = signed(nonce=1, value=6)
    assert not bench.add(second).executable
    bench.state.set(KEYS[0], balance=12)
    bench.mined()
    assert bench.order()[-1] == second


def test_money_that_left_holds_a_payment_back_after_the_builder_met_it(bench: Bench) -> None:
    payment = signed(value=6)
    bench.add(payment)
    bench.state.set(KEYS[0], balance=5)
    bench.pool.upon_left_out([LeftOut(payment.hash, "insufficient funds", for_good=False)])
    bench.mined()
    assert bench.order() == []
    assert "balance of 5 wei does not cover 6 wei" in str(bench.pool.reason(payment.hash))


def test_a_nonce_used_by_an_authorization_is_noticed(bench: Bench) -> None:
    digest_owner = KEYS[1]
    bench.add(signed(digest_owner, nonce=0))
    bench.state.set(digest_owner, nonce=1)
    bench.mined(signed(KEYS[0], to=digest_owner.address))
    assert len(bench.pool) == 0


def test_a_lower_block_gas_limit_drops_what_no_longer_fits(bench: Bench) -> None:
    bench.add(signed(gas=1_000_000))
    bench.add(signed(KEYS[1]))
    bench.pool.upon_block((), bench.state, 0, 500_000)
    assert [each.gas for each in bench.order()] == [21_000]


def test_what_the_builder_refused_for_good_is_dropped(bench: Bench) -> None:
    payment = signed()
    bench.add(payment)
    bench.pool.upon_left_out([LeftOut(payment.hash, "never", for_good=True)])
    assert payment.hash not in bench.pool


# -- what it says


def test_every_waiting_transaction_has_a_reason(bench: Bench) -> None:
    bench.state.set(KEYS[1], balance=21_000 * 3)
    dear = signed(KEYS[1], nonce=1, max_fee=3)
    held = signed(KEYS[1], nonce=2)
    gapped, front = signed(nonce=8), signed()
    cheap = signed(KEYS[2], max_fee=3)
    for transaction in (front, gapped, signed(KEYS[1], max_fee=1), dear, held, cheap):
        bench.add(transaction, base_fee=0)
    address = "0x" + KEYS[0].address.hex()
    assert bench.pool.reason(front.hash) == "executable, waits for the next block"
    assert bench.pool.reason(gapped.hash) == f"waits for nonce 1 of {address}"
    assert "balance of 63000 wei does not cover 84000 wei" in str(bench.pool.reason(dear.hash))
    assert "waits for nonce 1 of 0x" in str(bench.pool.reason(held.hash))
    bench.pool.upon_block((), bench.state, 4, 30_000_000)
    assert bench.pool.reason(cheap.hash) == "its fee cap of 3 wei is below the base fee of 4"
    assert bench.pool.reason(Hash32(b"\0" * 32)) is None


def test_what_was_left_out_says_so_until_the_block_after_next(bench: Bench) -> None:
    payment = signed()
    bench.add(payment)
    bench.pool.upon_left_out([LeftOut(payment.hash, "left out of the last block: execution budget", for_good=False)])
    bench.mined()
    assert bench.pool.reason(payment.hash) == "left out of the last block: execution budget"
    bench.mined()
    assert bench.pool.reason(payment.hash) == "executable, waits for the next block"


def test_the_pending_nonce_is_the_first_that_is_neither_mined_nor_here(bench: Bench) -> None:
    assert bench.pool.pending_nonce(KEYS[0].address, bench.state) == 0
    for nonce in (0, 1, 3):
        bench.add(signed(nonce=nonce))
    assert bench.pool.pending_nonce(KEYS[0].address, bench.state) == 2
    bench.state.set(KEYS[0], nonce=2)
    assert bench.pool.pending_nonce(KEYS[0].address, bench.state) == 2


def test_everything_is_offered_and_what_our_users_gave_is_marked(bench: Bench) -> None:
    ours, theirs = signed(), signed(KEYS[1], nonce=4)
    bench.add(ours)
    bench.add(theirs, local=False)
    assert bench.pool.hashes() == (ours.hash, theirs.hash)
    assert list(bench.pool.locals()) == [ours]
    assert bench.pool.get(theirs.hash) == theirs
