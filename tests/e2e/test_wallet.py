"""The wallet and the bridge as processes of their own, at four validators: issue, pay, escrow, deploy, report."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from web3 import HTTPProvider, Web3

from contracts import ECASH, load

pytestmark = pytest.mark.e2e

CENTRAL_BANK, BANK, BUYER, SELLER = 0, 2, 10, 11
COMMAND_S = 60
SOURCE = """
# pragma version 0.4.3
price: public(uint256)
event Priced:
    price: uint256

@deploy
def __init__(price: uint256):
    self.price = price
    log Priced(price=price)
"""


@dataclass(frozen=True, slots=True)
class Customer:
    """A buyer with a keystore of one account, and whom they deal with."""

    folder: Path
    rpc_url: str
    address: str
    seller: str

    def run(self, program: str, *argv: str) -> dict[str, Any]:
        environment = {**os.environ, "JIAOZI_RPC": self.rpc_url, "JIAOZI_KEYSTORE": str(self.folder / "keys")}
        script = f"import sys; from {program}.cli import main; sys.exit(main())"
        command = [sys.executable, "-c", script, *argv, "--json"]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=COMMAND_S, env=environment)
        assert ran.returncode == 0, f"{argv}: {ran.stderr}"
        document: dict[str, Any] = json.loads(ran.stdout)
        return document

    def sign(self, *argv: str) -> dict[str, Any]:
        return self.run("wallet", *argv, "--yes", "--chain-id", "20200", "--password-file", str(self.folder / "pw"))

    def minor(self, address: str) -> int:
        balance: int = self.run("wallet", "balance", address)["balances"][0]["balance_minor"]
        return balance


@pytest.fixture
def customer(devnet: Any, tmp_path: Path) -> Customer:
    """With 1,000.00 JZ that a bank issued within its quota."""
    address, secret = devnet.accounts[BUYER]
    web3 = Web3(HTTPProvider(devnet.rpc_url))
    _call(web3, devnet.accounts[CENTRAL_BANK][1], "set_quota", devnet.accounts[BANK][0], 10**9)
    _call(web3, devnet.accounts[BANK][1], "mint", address, 100_000)
    (tmp_path / "pw").write_text("a passphrase\n")
    (tmp_path / "key").write_text(secret)
    made = Customer(tmp_path, devnet.rpc_url, address, devnet.accounts[SELLER][0])
    made.run("wallet", "import", str(tmp_path / "key"), "--kdf", "light", "--password-file", str(tmp_path / "pw"))
    return made


def test_a_customer_pays_escrows_and_deploys_and_the_bridge_reports_it(customer: Customer, tmp_path: Path) -> None:
    had, seller_had = customer.minor(customer.address), customer.minor(customer.seller)
    first = customer.sign("send", customer.seller, "25.00", "--memo", "INV-7")["block_number"]

    deal = customer.sign("escrow", "open", customer.seller, "500", "--deadline", "+1h")["deal_id"]
    customer.sign("escrow", "fund", deal)
    customer.sign("escrow", "release", deal, "80.00")
    shown = customer.run("wallet", "escrow", "show", deal)
    assert (shown["state"], shown["held_minor"], shown["paid_minor"]) == ("funded", 42_000, 8_000)

    (tmp_path / "price.vy").write_text(SOURCE)
    deployed = customer.sign("deploy", str(tmp_path / "price.vy"), "250")
    assert deployed["events"][0]["arguments"] == {"price": 250}

    assert customer.minor(customer.address) == had - 2_500 - 50_000
    assert customer.minor(customer.seller) == seller_had + 2_500 + 8_000
    report = customer.run("bridge", "report", "--from-block", str(first))
    to_seller = {entry["receiver"]: entry["total_minor"] for entry in report["payments_by_receiver"]}
    assert to_seller[customer.seller] == 2_500
    assert report["escrow_payouts"][0]["total_minor"] == 8_000


def _call(web3: Web3, secret: str, name: str, *arguments: object) -> None:
    account = Account.from_key(secret)
    transaction = {
        "to": Web3.to_checksum_address(ECASH),
        "data": load("ecash").encode_call(name, *arguments),
        "nonce": web3.eth.get_transaction_count(account.address),
        "chainId": web3.eth.chain_id,
        "gas": 500_000,
        "maxFeePerGas": 0,
        "maxPriorityFeePerGas": 0,
    }
    sent = web3.eth.send_raw_transaction(account.sign_transaction(transaction).raw_transaction)
    assert web3.eth.wait_for_transaction_receipt(sent, timeout=COMMAND_S, poll_latency=0.1)["status"] == 1
