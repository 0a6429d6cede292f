"""Whatever its rule contracts use, what the policy permits reaches the payee out of custody too, on the ledger."""

from pathlib import Path

from contracts import ECASH, ESCROW, POLICY
from contracts.typed import ECash, Escrow, Policy
from tests.contracts.ledger_network import LedgerAccount, ledger_network
from tests.contracts.policy.world import Kind, Mood, moody_artifact
from wallet.recovery import key_from_words

WORDS = "test test test test test test test test test test test junk"
RULES = 16
HELD = 100_00
ALMOST_ALL = 15_000
"""What a rule contract is seen to use, of the 20,000 that it is given."""


def hungry_rules(central_bank: LedgerAccount) -> None:
    """Sixteen rule contracts that permit, and use all the gas that they may."""
    artifact = moody_artifact()
    for rule in range(1, RULES + 1):
        deployed = central_bank.send(None, artifact.creation_code).contract_address
        assert deployed is not None
        central_bank.send(deployed, artifact.encode_call("set_mood", Mood.USES_ALL_IT_MAY))
        Policy(central_bank, POLICY).set_rule(rule, Kind.CONTRACT, bytes(12) + deployed)


def test_sixteen_rule_contracts_that_use_all_they_may_let_custody_pay(tmp_path: Path) -> None:
    with ledger_network(tmp_path / "net") as network:
        central_bank, bank, payer, payee = (network.account(key_from_words(WORDS, index)) for index in range(4))
        ECash(central_bank, ECASH).set_quota(bank.account, HELD)
        ECash(bank, ECASH).mint(payer.account, HELD)
        before = ECash(payer, ECASH).transfer(payee.account, 0).receipt.gas_used
        ECash(payer, ECASH).approve(ESCROW, HELD)
        escrow = Escrow(payer, ESCROW)
        deal = escrow.open(payee.account, bytes(20), ECASH, HELD, network.now() + 1_000, bytes(32)).id
        escrow.fund(deal)
        hungry_rules(central_bank)
        used = ECash(payer, ECASH).transfer(payee.account, 0).receipt.gas_used
        assert used - before > RULES * ALMOST_ALL, "they use it"
        escrow.release(deal, HELD)
        assert escrow.claimable(ECASH, payee.account) == 0
        assert ECash(payer, ECASH).balanceOf(payee.account) == HELD
