"""What a payment costs on the ledger itself, in the gas of its receipt: base fee and calldata included."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts import ECASH, POLICY, load
from tests.contracts.gas import compare
from tests.contracts.ledger_network import LedgerAccount, LedgerNetwork, ledger_network
from wallet.recovery import key_from_words

WORDS = "test test test test test test test test test test test junk"
BAR = 60_000
EMPTY_SLOT = 17_100
SNAPSHOT = Path(__file__).with_name("payment_gas.json")
PER_PAYMENT, PER_DAY, BALANCE = 1, 2, 3
NO_SUBJECT = bytes(32)


class Cast:
    """The central bank, a bank, and two who hold money and have paid before."""

    def __init__(self, network: LedgerNetwork) -> None:
        self.central_bank, self.bank, self.alice, self.bob, self.carol = (
            network.account(key_from_words(WORDS, index)) for index in range(5)
        )
        self.currency(self.central_bank, "set_quota", self.bank.account, 1_000_000_00)
        for who in (self.alice, self.bob):
            self.currency(self.bank, "mint", who.account, 1_000_00)

    def currency(self, sender: LedgerAccount, name: str, *arguments: object) -> int:
        return sender.send(ECASH, load("ecash").encode_call(name, *arguments)).gas_used

    def set_rules(self) -> None:
        for rule, kind in enumerate((PER_PAYMENT, PER_DAY, BALANCE), start=1):
            self.central_bank.send(POLICY, load("policy").encode_call("set_rule", rule, kind, NO_SUBJECT))


@pytest.fixture
def cast(tmp_path: Path) -> Iterator[Cast]:
    with ledger_network(tmp_path / "net") as network:
        yield Cast(network)


def test_a_payment_between_two_holders_under_three_rules_costs_less_than_60_000_gas(cast: Cast) -> None:
    used = payments(cast)
    compare(used, SNAPSHOT)
    assert used["no rules"] < used["three rules"] < BAR
    # A reference is one more event, and 32 more bytes of calldata.
    assert used["three rules"] < used["three rules, with a reference"] < used["three rules"] + 3_000
    # Who never paid before has no count of the day yet, and who never had money no balance: a slot that was empty
    # costs 17,100 more (EIP-2929, EIP-3529), whatever the contract does.
    for first in ("three rules, the payer's first payment ever", "three rules, a first-time payee"):
        assert used[first] - used["three rules"] == EMPTY_SLOT


def payments(cast: Cast) -> dict[str, int]:
    """Each kind of payment and its gas, alone in its block."""
    used = {"no rules": cast.currency(cast.alice, "transfer", cast.bob.account, 5_00)}
    cast.set_rules()
    used["three rules, the payer's first payment ever"] = cast.currency(cast.alice, "transfer", cast.bob.account, 5_00)
    used["three rules"] = cast.currency(cast.alice, "transfer", cast.bob.account, 5_00)
    used["three rules, with a reference"] = cast.currency(
        cast.alice, "transfer_with_memo", cast.bob.account, 5_00, b"INV-7".ljust(32, b"\0")
    )
    used["three rules, a first-time payee"] = cast.currency(cast.alice, "transfer", cast.carol.account, 5_00)
    return used
