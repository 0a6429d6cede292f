"""titanoboa in its network mode: a deal in escrow and an order, driven by transactions to a development network.

python boa_drive.py URL EXPORTED TRADE   prints one JSON object last. EXPORTED is what `python -m contracts export`
wrote, TRADE is where `python -m contracts deploy trade` put it.

titanoboa runs each transaction on a copy of the head before it sends it, so a clock that was moved counts for it only
once there is a block of the new time.
"""

import json
import secrets
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boa
from boa.rpc import EthereumRPC
from eth_account import Account

url, exported, trade_address = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
WORDS = "test test test test test test test test test test test junk"
NOBODY = "0x" + 20 * "00"
DAY_S = 24 * 60 * 60
AMOUNT, QUANTITY, NET, TAX_RATE, TAX = 500_00, 100, 1_000_00, 13_00, 130_00

warnings.filterwarnings("ignore", message="debug_traceTransaction not available")
boa.set_network_env(url)
Account.enable_unaudited_hdwallet_features()
central_bank, bank, buyer, seller, stranger = (
    Account.from_mnemonic(WORDS, account_path=f"m/44'/60'/0'/0/{index}") for index in (0, 1, 3, 4, 13)
)
for person in (central_bank, bank, buyer, seller, stranger):
    boa.env.add_account(person)

places = {**json.loads((exported / "addresses.json").read_text()), "trade": trade_address}
ecash, escrow, trade = (
    boa.loads_abi((exported / "abi" / f"{name}.json").read_text(), name=name).at(places[name])
    for name in ("ecash", "escrow", "trade")
)


def ask(method: str, *parameters: object) -> Any:
    return EthereumRPC(url).fetch_uncached(method, list(parameters))


def now() -> int:
    return int(ask("eth_getBlockByNumber", "latest", False)["timestamp"], 16)


def refused(call: Callable[[], object]) -> str:
    """The words with which a contract refuses."""
    try:
        call()
    except boa.BoaError as error:
        return str(error.args[0]).rpartition("<")[2].rstrip(">")
    raise AssertionError("it was not refused")


def events(contract: Any) -> dict[str, Any]:
    """Of the last call, by name."""
    return {type(each).__name__: each._asdict() for each in contract.get_logs() if hasattr(each, "_asdict")}


def put_aside() -> bytes:
    deadline = now() + 7 * DAY_S
    deal: bytes = escrow.open(
        seller.address, NOBODY, ecash.address, AMOUNT, deadline, b"order 7".ljust(32, b"\0"), sender=buyer.address
    )
    assert events(escrow)["Opened"]["id"] == deal
    ecash.approve(escrow.address, AMOUNT, sender=buyer.address)
    escrow.fund(deal, sender=buyer.address)
    return deal


said: dict[str, Any] = {}
if ecash.headroom(bank.address) < 2 * AMOUNT:
    ecash.set_quota(bank.address, ecash.quota(bank.address) + 1_000 * AMOUNT, sender=central_bank.address)
ecash.mint(buyer.address, 2 * AMOUNT, sender=bank.address)

deal = put_aside()
said["held"] = escrow.held(deal)
said["not the payer"] = refused(lambda: escrow.release(deal, AMOUNT, sender=seller.address))
before = ecash.balanceOf(seller.address)
escrow.release(deal, AMOUNT, sender=buyer.address)
said["released"] = ecash.balanceOf(seller.address) - before

deal = put_aside()
said["too early"] = refused(lambda: escrow.refund(deal, sender=stranger.address))
before = ecash.balanceOf(buyer.address)
ask("evm_increaseTime", 8 * DAY_S)
ecash.approve(escrow.address, 0, sender=buyer.address)
escrow.refund(deal, sender=stranger.address)
said["refunded"] = ecash.balanceOf(buyer.address) - before

terms = (
    buyer.address,
    seller.address,
    NOBODY,
    NOBODY,
    ecash.address,
    b"order 2024-117".ljust(32, b"\0"),
    QUANTITY,
    NET,
    TAX_RATE,
    1_00,
    now() + 30 * DAY_S,
    5 * DAY_S,
    30 * DAY_S,
    5,
)
order = trade.propose(terms, sender=buyer.address)
trade.accept(order, sender=seller.address)
trade.ship(order, QUANTITY, b"waybill 88".ljust(32, b"\0"), sender=seller.address)
trade.receive(order, QUANTITY, b"report 5".ljust(32, b"\0"), sender=buyer.address)
number, due = b"INV-" + secrets.token_bytes(28), now() + 60 * DAY_S
trade.invoice(order, number, NET, TAX, due, sender=seller.address)
said["duplicate"] = refused(lambda: trade.invoice(order, number, NET, TAX, due, sender=seller.address))
trade.match(order, sender=buyer.address)
said["matched"] = sorted(events(trade))
said["owed"] = trade.order(order)[10]
print(json.dumps(said))
