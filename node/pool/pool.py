"""The pool: one queue a sender, bounded, and the same on every node that saw the same transactions.

The rules it lives by:
- Same nonce: the higher (tip, fee cap, gas limit), compared in this order, stays; else the first. On a zero-fee
  network one more unit of gas limit replaces a stuck payment. Between equals from peers the lower hash stays, so
  that all pools come to agree.
- Full: first goes what no block could hold now (lowest bid, then newest), then the last executable one of a sender
  (lowest bid, then who has most waiting, then newest). A newcomer pushes out only what bids less, or bids the same
  and belongs to one who would still have more waiting. So nobody fills the pool for good, and what is executable
  never goes for what is not.
- Nothing expires by time: a transaction goes when it is mined, stale, replaced or pushed out.
- What took the builder too long waits for a block's whole budget, then in pauses that double: see slow.py.
- Balances are read again when they matter: of senders and payees of a block, of those the builder left out, and of
  some that wait for money at each block.

Single-threaded: whoever runs the validator's loop owns it. `candidates()` may be handed to another thread.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from node.execution.block import rules_of
from node.pool.admission import check_executable, check_form
from node.pool.candidates import Candidates
from node.pool.errors import AccountLimitExceeded, AlreadyKnown, PoolFull, ReplacementUnderpriced
from node.pool.model import Added, Entry, LeftOut, PoolLimits, most_cost
from node.pool.queue import SenderQueue
from node.pool.ranking import Ranking
from node.pool.slow import SlowSenders, Wait
from node.pool.view import PoolView, SenderView
from node.primitives.genesis import ChainConfig
from node.primitives.transaction import Transaction
from node.primitives.types import UINT64_MAX, Address, Hash32, Wei
from node.state.model import Account, StateReader

STARVED_REREAD = 64
"""Accounts that wait for money and are read again at each block, in turn."""

NO_ACCOUNT = Account()


class Pool:
    def __init__(self, limits: PoolLimits, config: ChainConfig) -> None:
        """The block gas limit is unknown until the first `upon_block`, which may bring no transactions."""
        self._limits = limits
        self._rules = rules_of(config)
        self._gas_limit = UINT64_MAX
        self._base_fee = 0
        self._arrivals = 0
        self._size = 0
        self._entries: dict[Hash32, Entry] = {}
        self._queues: dict[Address, SenderQueue] = {}
        self._waiting: Ranking[Hash32] = Ranking()
        self._tails: Ranking[Address] = Ranking()
        self._starved: dict[Address, None] = {}
        self._suspects: set[Address] = set()
        self._notes: dict[Hash32, str] = {}
        self._notes_are_old = False
        self._emptied: set[Address] = set()
        self._slow = SlowSenders()
        self._held: dict[Address, int] = {}
        self._held_total = 0

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, transaction_hash: Hash32) -> bool:
        return transaction_hash in self._entries

    @property
    def bytes(self) -> int:
        return self._size

    @property
    def executable(self) -> int:
        """How many a block could hold now."""
        return len(self._entries) - len(self._waiting) - self._held_total

    # -- what comes in and goes out -------------------------------------------------------------------------------

    def add(self, transaction: Transaction, state: StateReader, base_fee: int, *, local: bool, now_ms: int) -> Added:
        """Takes `transaction` in; `state` is that of the head. Raises PoolRefused and changes nothing."""
        self._base_fee = base_fee
        if transaction.hash in self._entries:
            raise AlreadyKnown
        account = self._check(transaction, state)
        queue = self._queues.setdefault(transaction.sender, SenderQueue(account.nonce, account.balance))
        self._refresh(transaction.sender, queue, account)
        entry = self._entry(transaction, local=local, now_ms=now_ms)
        try:
            replaced = self._replaced(entry, queue)
            evicted = self._make_room(entry, replaced, queue)
        finally:
            self._sweep()
        return Added(
            executable=transaction.nonce < queue.ready_end,
            replaced=replaced.transaction if replaced is not None else None,
            evicted=tuple(each.transaction for each in evicted),
        )

    def upon_block(self, mined: Sequence[Transaction], state: StateReader, base_fee: int, gas_limit: int) -> None:
        """Drops what is mined or can never be; `state` is that of the new head."""
        self._base_fee = base_fee
        self._slow.upon_block()
        self._pass_mined(mined)
        for address in self._to_reread(mined):
            self._refresh(address, self._queues[address], state.account(address) or NO_ACCOUNT)
        if gas_limit < self._gas_limit:
            for entry in [entry for entry in self._entries.values() if entry.transaction.gas > gas_limit]:
                self._remove(entry)
        self._gas_limit = gas_limit
        self._suspects.clear()
        if self._notes_are_old:
            self._notes.clear()
        self._notes_are_old = True
        for sender in self._slow:
            self._count_held(sender)
        self._sweep()

    def upon_left_out(self, left_out: Iterable[LeftOut]) -> None:
        """What the builder could not put into its block, and why: it waits with this reason, or goes for good."""
        self._notes.clear()
        self._notes_are_old = False
        for report in left_out:
            entry = self._entries.get(report.transaction_hash)
            if entry is None:
                continue
            sender = entry.transaction.sender
            self._suspects.add(sender)
            self._slow.upon_report(sender, entry.transaction.nonce, report.overtime, report.reason)
            self._count_held(sender)
            if report.for_good:
                self._remove(entry)
            else:
                self._notes[report.transaction_hash] = report.reason
        self._sweep()

    # -- what others ask -------------------------------------------------------------------------------------------

    def candidates(self, base_fee: int) -> Candidates:
        first = self._turn(base_fee)
        queues = (self._free(sender, first) for sender in self._senders_ready())
        return Candidates(filter(None, queues), base_fee, first=first, behind=self._slow.behind)

    def get(self, transaction_hash: Hash32) -> Transaction | None:
        entry = self._entries.get(transaction_hash)
        return None if entry is None else entry.transaction

    def hashes(self) -> tuple[Hash32, ...]:
        """All of them, to offer to a peer."""
        return tuple(self._entries)

    def locals(self) -> Iterator[Transaction]:
        """Those that our own users gave us."""
        return (entry.transaction for entry in self._entries.values() if entry.local)

    def content(self) -> Mapping[Address, tuple[tuple[Entry, ...], tuple[Entry, ...]]]:
        """By sender: the executable ones and the others, each by nonce."""
        return {
            sender: (queue.ready(), tuple(entry for entry in queue if entry.transaction.nonce >= queue.ready_end))
            for sender, queue in self._queues.items()
        }

    def pending_nonce(self, address: Address, state: StateReader) -> int:
        """The nonce that `address` should use next: the first that is neither mined nor here."""
        account = state.account(address) or NO_ACCOUNT
        queue = self._queues.get(address)
        if queue is None:
            return account.nonce
        return queue.contiguous_end(max(account.nonce, queue.ready_end))

    def view(self, only: Address | None = None) -> PoolView:
        """All as it is now, or what `only` has here. Takes next to no time: reasons are worked out by who reads it."""
        waits = self._slow.waits()
        senders = self._queues if only is None else {only} & self._queues.keys()
        views = tuple(self._sender_view(sender, self._queues[sender].entries(), waits) for sender in senders)
        return PoolView(self._base_fee, dict(self._notes), views)

    def reason(self, transaction_hash: Hash32) -> str | None:
        """Why this transaction waits, in a sentence; None if it is not here."""
        entry = self._entries.get(transaction_hash)
        if entry is None:
            return None
        sender = self._sender_view(entry.transaction.sender, (entry,), self._slow.waits())
        return PoolView(self._base_fee, self._notes, (sender,)).reason(sender, entry)

    # -- the workings ----------------------------------------------------------------------------------------------

    def _check(self, transaction: Transaction, state: StateReader) -> Account:
        check_form(
            transaction,
            max_bytes=self._limits.transaction_bytes,
            gas_limit=self._gas_limit,
            chain_id=self._rules.chain_id,
        )
        account = state.account(transaction.sender) or NO_ACCOUNT
        check_executable(transaction, account, state, self._rules)
        return account

    def _entry(self, transaction: Transaction, *, local: bool, now_ms: int) -> Entry:
        self._arrivals += 1
        rank = transaction.effective_tip(self._base_fee), transaction.max_fee
        return Entry(transaction, self._arrivals, now_ms, local, most_cost(transaction), rank)

    def _replaced(self, entry: Entry, queue: SenderQueue) -> Entry | None:
        """The standing transaction that `entry` replaces. Raises ReplacementUnderpriced."""
        standing = queue.at(entry.transaction.nonce)
        if standing is None:
            return None
        old, new = _bid(standing.transaction), _bid(entry.transaction)
        lower_hash = not entry.local and entry.transaction.hash < standing.transaction.hash
        if new > old or (new == old and lower_hash):
            return standing
        raise ReplacementUnderpriced(entry.transaction.sender, entry.transaction.nonce, standing.transaction.gas)

    def _make_room(self, entry: Entry, replaced: Entry | None, queue: SenderQueue) -> list[Entry]:
        """Puts `entry` in and what must go for it out; all or nothing."""
        evicted: list[Entry] = []
        if replaced is None and len(queue) >= self._limits.per_sender:
            evicted.append(self._displaced_by_sender(entry, queue))
            self._remove(evicted[0])
        if replaced is not None:
            self._slow.upon_replaced(replaced.transaction.sender, replaced.transaction.nonce)
            self._remove(replaced)
        self._insert(entry)
        while self._over_full():
            victim = self._victim(entry)
            if victim is None:
                self._remove(entry)
                for gone in [*evicted, *([replaced] if replaced else [])]:
                    self._insert(gone)
                raise PoolFull(len(self._entries), self._size)
            evicted.append(victim)
            self._remove(victim)
        return evicted

    def _over_full(self) -> bool:
        return len(self._entries) > self._limits.transactions or self._size > self._limits.size

    def _displaced_by_sender(self, entry: Entry, queue: SenderQueue) -> Entry:
        """A sender at its limit may still bring a lower nonce: its highest goes. Raises AccountLimitExceeded."""
        if entry.transaction.nonce > queue.highest.transaction.nonce:
            raise AccountLimitExceeded(entry.transaction.sender, self._limits.per_sender)
        return queue.highest

    def _victim(self, newcomer: Entry) -> Entry | None:
        """Who goes next for `newcomer`, which is in; None if it should be the newcomer itself."""
        lowest = self._waiting.lowest()
        if lowest is not None:
            return None if lowest == newcomer.transaction.hash else self._entries[lowest]
        sender = self._tails.lowest()
        assert sender is not None, "an over-full pool holds something"
        tail = self._queues[sender].tail
        assert tail is not None
        return tail if self._yields(tail, newcomer) else None

    def _yields(self, tail: Entry, newcomer: Entry) -> bool:
        sender, guest = tail.transaction.sender, newcomer.transaction.sender
        if sender == guest:
            return False
        if tail.rank != newcomer.rank:
            return tail.rank < newcomer.rank
        return len(self._queues[guest]) < len(self._queues[sender])

    def _insert(self, entry: Entry) -> None:
        transaction = entry.transaction
        queue = self._queues[transaction.sender]
        before = queue.ready_end
        queue.put(entry)
        self._entries[transaction.hash] = entry
        self._size += entry.size
        if transaction.nonce >= queue.ready_end:
            self._waiting.set(transaction.hash, (*entry.rank, -entry.arrival))
        self._settle(transaction.sender, queue, before)

    def _remove(self, entry: Entry) -> None:
        transaction = entry.transaction
        queue = self._queues[transaction.sender]
        before = queue.ready_end
        queue.remove(transaction.nonce)
        self._forget(entry)
        self._settle(transaction.sender, queue, before)

    def _pass_mined(self, mined: Sequence[Transaction]) -> None:
        """Moves each sender past its last mined nonce at once: one by one, a long queue would be walked each time."""
        last = {transaction.sender: transaction.nonce for transaction in mined}
        for sender, nonce in last.items():
            queue = self._queues.get(sender)
            if queue is not None and queue.nonce <= nonce:
                self._refresh(sender, queue, Account(nonce=nonce + 1, balance=Wei(queue.balance)))
        self._sweep()

    def _refresh(self, sender: Address, queue: SenderQueue, account: Account) -> None:
        before = queue.ready_end
        stale = queue.refresh(account.nonce, account.balance)
        for entry in stale:
            self._forget(entry)
        self._settle(sender, queue, before)

    def _forget(self, entry: Entry) -> None:
        del self._entries[entry.transaction.hash]
        self._size -= entry.size
        self._waiting.drop(entry.transaction.hash)
        self._notes.pop(entry.transaction.hash, None)

    def _settle(self, sender: Address, queue: SenderQueue, before: int) -> None:
        """Brings the rankings in line with a queue whose executable part ended at `before` until now."""
        for nonce in range(min(before, queue.ready_end), max(before, queue.ready_end)):
            entry = queue.at(nonce)
            if entry is None:
                continue
            if nonce < queue.ready_end:
                self._waiting.drop(entry.transaction.hash)
            else:
                self._waiting.set(entry.transaction.hash, (*entry.rank, -entry.arrival))
        if queue.tail is None:
            self._tails.drop(sender)
        else:
            self._tails.set(sender, (*queue.tail.rank, -len(queue), -queue.tail.arrival))
        if queue.starving is not None:
            self._starved.setdefault(sender)
        else:
            self._starved.pop(sender, None)
        if not len(queue):
            self._emptied.add(sender)
        self._slow.upon_account(sender, queue.nonce)
        self._count_held(sender)

    def _sweep(self) -> None:
        """Forgets senders without transactions, at the end of an operation, which may have emptied one only to
        fill it again."""
        for sender in self._emptied:
            if not len(self._queues[sender]):
                del self._queues[sender]
                self._slow.forget(sender)
        self._emptied.clear()

    def _senders_ready(self) -> Iterator[Address]:
        return (sender for sender in self._queues if sender in self._tails)

    def _free(self, sender: Address, first: Entry | None) -> tuple[Entry, ...]:
        """The executable ones of `sender` that neither pause nor wait for a turn, which is that of `first` now."""
        queue = self._queues[sender]
        has_turn = first is not None and first.transaction.sender == sender
        held = [self._slow.held_from(sender), None if has_turn else self._slow.turn_of(sender)]
        end = min((nonce for nonce in held if nonce is not None), default=queue.ready_end)
        return queue.ready()[: max(0, end - queue.nonce)]

    def _turn(self, base_fee: int) -> Entry | None:
        """Whose turn it is to have the whole of a block's budget."""
        for sender, nonce in self._slow.turns:
            queue = self._queues[sender]
            entry = queue.at(nonce)
            if nonce == queue.nonce < queue.ready_end and entry is not None and entry.transaction.max_fee >= base_fee:
                return entry
        return None

    def _sender_view(self, sender: Address, entries: tuple[Entry, ...], waits: Mapping[Address, Wait]) -> SenderView:
        queue = self._queues[sender]
        return SenderView(
            sender, queue.ready_end, queue.ready_cost, queue.balance, waits.get(sender), entries, queue.starving
        )

    def _count_held(self, sender: Address) -> None:
        """Keeps the number of executable ones that pause."""
        held_from = self._slow.held_from(sender)
        held = 0 if held_from is None else max(0, self._queues[sender].ready_end - held_from)
        self._held_total += held - self._held.pop(sender, 0)
        if held:
            self._held[sender] = held

    def _to_reread(self, mined: Sequence[Transaction]) -> list[Address]:
        """Whose accounts to read again after a block, without repetition."""
        touched: dict[Address, None] = {}
        for transaction in mined:
            touched[transaction.sender] = None
            if transaction.to is not None:
                touched[transaction.to] = None
            for authorization in transaction.authorizations:
                authority = authorization.authority
                if authority is not None:
                    touched[authority] = None
        touched.update(dict.fromkeys(sorted(self._suspects)))
        for sender in list(self._starved)[:STARVED_REREAD]:
            del self._starved[sender]
            self._starved[sender] = None
            touched[sender] = None
        return [address for address in touched if address in self._queues]


def _bid(transaction: Transaction) -> tuple[int, int, int]:
    return transaction.max_priority_fee, transaction.max_fee, transaction.gas
