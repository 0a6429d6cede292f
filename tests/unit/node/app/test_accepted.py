"""What our own RPC accepted is on disk before the answer, and offered again after a restart until it is mined."""

from node.app.accepted import SLACK_BYTES, AcceptedTransactions
from node.primitives.transaction import Transaction
from tests.unit.node.app.standing import Standing
from tests.unit.node.chain.transfers import USERS, pay


def accept(node: Standing, transaction: Transaction) -> None:
    """As the service does it: admitted, remembered, synced; then comes the answer."""
    accepted = AcceptedTransactions(node.journal)
    node.submit(transaction)
    accepted.remember(transaction)
    accepted.sync()


def crashed(node: Standing) -> Standing:
    """The same disk after the machine died, and a new process on it."""
    node.little.disk.crash()
    node.little.open()
    node.journal = node.little.disk.open_journal("journal")
    node.record = node.little.disk.open_record("sign-state", create=True)
    node.start()
    return node


def restored(node: Standing) -> list[Transaction]:
    node.carry_out(AcceptedTransactions(node.journal).restore(node.ledger, node.instant()))
    return list(node.ledger.pool.locals())


def test_what_was_answered_survives_the_machine() -> None:
    node = Standing(1)
    first, second = pay(USERS[0], 0), pay(USERS[1], 0)
    accept(node, first)
    accept(node, second)
    node = crashed(node)
    assert node.ledger.pool.get(first.hash) is None
    assert set(restored(node)) == {first, second}


def test_what_was_not_synced_was_not_answered() -> None:
    node = Standing(1)
    accept(node, pay(USERS[0], 0))
    AcceptedTransactions(node.journal).remember(pay(USERS[1], 0))
    assert restored(crashed(node)) == [pay(USERS[0], 0)]


def test_what_was_mined_meanwhile_is_forgotten() -> None:
    node = Standing(1)
    mined, waiting = pay(USERS[0], 0), pay(USERS[1], 0)
    accept(node, mined)
    accept(node, waiting)
    node.little.grow(mined)
    node = crashed(node)
    assert restored(node) == [waiting]
    assert node.journal.replay() == [waiting.raw], "the journal is compacted to what waits"


def test_a_restored_transaction_is_offered_again() -> None:
    node = Standing(1)
    accept(node, pay(USERS[0], 0))
    node = crashed(node)
    restored(node)
    assert node.ledger.validator.offers.next_due_ms(0) is None, "there is nobody to offer it to"
    assert pay(USERS[0], 0).hash in node.ledger.pool.hashes()


def test_garbage_in_the_journal_costs_only_itself() -> None:
    node = Standing(1)
    node.journal.append(b"no transaction")
    accept(node, pay(USERS[0], 0))
    assert restored(crashed(node)) == [pay(USERS[0], 0)]


def test_the_journal_is_rewritten_once_most_of_it_no_longer_waits() -> None:
    node = Standing(1)
    accepted = AcceptedTransactions(node.journal)
    large = [pay(USERS[1], nonce, data=b"x" * 100_000) for nonce in range(SLACK_BYTES // 100_000 + 1)]
    waiting = [pay(USERS[0], nonce) for nonce in range(3)]
    for transaction in waiting:
        accept(node, transaction)
    accepted.forget_mined(node.ledger.pool)
    assert len(node.journal.replay()) == 3, "small enough to be left alone"
    for transaction in large:  # as if they had been mined since
        accepted.remember(transaction)
    accepted.sync()
    accepted.forget_mined(node.ledger.pool)
    assert node.journal.replay() == [transaction.raw for transaction in waiting]
