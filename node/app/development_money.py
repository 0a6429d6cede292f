"""E-cash for the development accounts, issued as it would be anywhere: quotas, then mints, as ordinary transactions."""

from typing import Any, Final

import httpx

from contracts import ECASH, load
from node.app.errors import AppError
from node.app.network_folder import development_keys
from node.primitives.keys import PrivateKey
from node.primitives.transaction import TransactionKind, UnsignedTransaction, sign_transaction
from node.primitives.types import Address

QUOTA: Final = 1_000_000_000_00
"""Minor units, for each of the two commercial banks."""
FIRST_MONEY: Final = 10_000_00
"""Minor units, for each citizen and firm."""
GAS: Final = 200_000


class IssueFailed(AppError):
    pass


def issue_to_all(url: str, chain_id: int) -> None:
    """Grants the banks their quotas and gives every other account its first money, unless that was done before."""
    central_bank, *banks_and_people = development_keys()
    banks, people = banks_and_people[:2], banks_and_people[2:]
    if int(_ask(url, "eth_getTransactionCount", "0x" + central_bank.address.hex(), "latest"), 16):
        return
    ecash = load("ecash")
    grants = [
        _signed(central_bank, n, chain_id, ecash.encode_call("set_quota", bank.address, QUOTA))
        for n, bank in enumerate(banks)
    ]
    for raw in grants:
        _final(url, raw)
    mints = [
        (banks[at % 2], at // 2, ecash.encode_call("mint", one.address, FIRST_MONEY)) for at, one in enumerate(people)
    ]
    hashes = [_ask(url, "eth_sendRawTransaction", _signed(bank, n, chain_id, data)) for bank, n, data in mints[:-2]]
    for bank, n, data in mints[-2:]:
        _final(url, _signed(bank, n, chain_id, data))  # a bank's last is final after all its others
    if any(_ask(url, "eth_getTransactionReceipt", each)["status"] != "0x1" for each in hashes):
        raise IssueFailed("issuing e-cash to the development accounts failed: see the node.log files")


def _signed(key: PrivateKey, nonce: int, chain_id: int, data: bytes) -> str:
    unsigned = UnsignedTransaction(
        kind=TransactionKind.DYNAMIC_FEE, chain_id=chain_id, nonce=nonce, gas=GAS, to=Address(ECASH), data=data
    )
    return "0x" + sign_transaction(unsigned, key).raw.hex()


def _final(url: str, raw: str) -> None:
    if _ask(url, "eth_sendRawTransactionSync", raw)["status"] != "0x1":
        raise IssueFailed("issuing e-cash to the development accounts failed: see the node.log files")


def _ask(url: str, method: str, *parameters: object) -> Any:
    request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(parameters)}
    try:
        answer = httpx.post(url, json=request, timeout=60, trust_env=False).json()
    except (httpx.HTTPError, ValueError) as error:
        raise IssueFailed(f"the network does not answer at {url}: {error}") from error
    if "error" in answer:
        raise IssueFailed(f"{method}: {answer['error']['message']}")
    return answer["result"]
