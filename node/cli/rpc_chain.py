"""A running node as the chain that typed bindings act on: `--rpc` says which, `--key` whose account acts.

Views are asked as the next block would see them, for that is the block in which an answer can be acted upon.
"""

import argparse
from pathlib import Path
from typing import Any, Final

from contracts import explain_revert
from contracts.chain import Log, Receipt
from node.app.errors import AppError
from node.app.folder import read_secret
from node.cli.rpc_client import NodeRefused, add_rpc_argument, ask
from node.primitives.keys import PrivateKey
from node.primitives.transaction import TransactionKind, UnsignedTransaction, sign_transaction
from node.primitives.types import ZERO_ADDRESS, Address, Gas, Wei

RECEIPT_WAIT_MS: Final = 8_000
"""Less than the client waits for an answer."""


class KeyMissing(AppError):
    pass


def add_chain_arguments(parser: argparse.ArgumentParser, *, acts: bool) -> None:
    add_rpc_argument(parser)
    if acts:
        parser.add_argument(
            "--key", type=Path, metavar="FILE", required=True, help="whose account acts: a validator.key, for example"
        )


def chain_of(arguments: argparse.Namespace) -> "RpcChain":
    path: Path | None = getattr(arguments, "key", None)
    return RpcChain(arguments.rpc, None if path is None else PrivateKey(read_secret(path)))


class RpcChain:
    """Implements `contracts.chain.Chain`. Raises NodeUnreachable and NodeRefused."""

    def __init__(self, url: str, key: PrivateKey | None) -> None:
        self._url = url
        self._key = key

    @property
    def account(self) -> bytes:
        return ZERO_ADDRESS if self._key is None else self._key.address

    def call(self, to: bytes | None, data: bytes) -> bytes:
        request = {"data": _hex(data)} | ({} if to is None else {"to": _hex(to)})
        return _bytes(ask(self._url, "eth_call", request, "pending"))

    def code(self, address: bytes) -> bytes:
        return _bytes(ask(self._url, "eth_getCode", _hex(address), "latest"))

    def send(self, to: bytes | None, data: bytes) -> Receipt:
        if self._key is None:
            raise KeyMissing("nobody to act as: give --key")
        raw = _hex(sign_transaction(self._unsigned(to, data), self._key).raw)
        receipt = ask(self._url, "eth_sendRawTransactionSync", raw, RECEIPT_WAIT_MS)
        if receipt["status"] != "0x1":
            raise NodeRefused(explain_revert(_bytes(receipt.get("revertReason", "0x"))))
        return _receipt(receipt)

    def _unsigned(self, to: bytes | None, data: bytes) -> UnsignedTransaction:
        account = _hex(self.account)
        request = {"from": account, "data": _hex(data)} | ({} if to is None else {"to": _hex(to)})
        gas = int(ask(self._url, "eth_estimateGas", request), 16)
        price = int(ask(self._url, "eth_gasPrice"), 16)
        return UnsignedTransaction(
            kind=TransactionKind.DYNAMIC_FEE,
            chain_id=int(ask(self._url, "eth_chainId"), 16),
            nonce=int(ask(self._url, "eth_getTransactionCount", account, "pending"), 16),
            gas=Gas(gas + gas // 4),  # another's approval may come first and cost us the decision
            max_fee=Wei(2 * price),
            to=None if to is None else Address(to),
            data=data,
        )


def _receipt(shown: dict[str, Any]) -> Receipt:
    created = shown["contractAddress"]
    return Receipt(
        transaction_hash=_bytes(shown["transactionHash"]),
        block_number=int(shown["blockNumber"], 16),
        gas_used=int(shown["gasUsed"], 16),
        contract_address=None if created is None else _bytes(created),
        logs=tuple(
            Log(_bytes(log["address"]), tuple(_bytes(topic) for topic in log["topics"]), _bytes(log["data"]))
            for log in shown["logs"]
        ),
    )


def _hex(data: bytes) -> str:
    return "0x" + data.hex()


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])
