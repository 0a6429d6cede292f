"""A network behind JSON-RPC, reached through web3.py, and one key that acts on it."""

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_utils.address import to_checksum_address
from hexbytes import HexBytes
from web3 import HTTPProvider, Web3
from web3.exceptions import ContractLogicError, Web3Exception, Web3RPCError
from web3.types import TxParams, TxReceipt

from contracts.chain import Log, Receipt
from contracts.errors import BadInput, CallRefused, NetworkUnreachable, NodeRefused, NotFinalYet
from contracts.reverts import explain_revert

T = TypeVar("T")
DEFAULT_RPC: Final = "http://127.0.0.1:8545"
GAS_MARGIN_PERCENT = 20
"""Added to the estimate: another payment may come first and make ours dearer."""


class Web3Chain:
    """Implements `contracts.chain.Chain`. Not for two at once with one key: each asks the node for the next nonce.

    Every method raises NetworkUnreachable where nobody answers, and NodeRefused where the node itself says no.
    """

    def __init__(self, url: str, private_key: bytes, *, timeout_s: float = 60.0) -> None:
        self.url = url
        self.timeout_s = timeout_s
        self._web3 = Web3(HTTPProvider(url, request_kwargs={"timeout": timeout_s}))
        self._signer = cast(LocalAccount, Account.from_key(private_key))
        self._chain_id: int | None = None

    @property
    def account(self) -> bytes:
        return bytes.fromhex(self._signer.address[2:])

    @property
    def chain_id(self) -> int:
        if self._chain_id is None:
            self._chain_id = int(self._ask(lambda: self._web3.eth.chain_id))
        return self._chain_id

    @property
    def genesis_hash(self) -> bytes:
        return bytes(self._ask(lambda: self._web3.eth.get_block(0))["hash"])

    def timestamp(self) -> int:
        """Of the head, in seconds."""
        return int(self._ask(lambda: self._web3.eth.get_block("latest"))["timestamp"])

    def call(self, to: bytes | None, data: bytes) -> bytes:
        return bytes(self._ask(lambda: self._web3.eth.call(self._parameters(to, data))))

    def code(self, address: bytes) -> bytes:
        return bytes(self._ask(lambda: self._web3.eth.get_code(to_checksum_address(address))))

    def send(self, to: bytes | None, data: bytes) -> Receipt:
        gas = int(self._ask(lambda: self._web3.eth.estimate_gas(self._parameters(to, data))))
        nonce = self._ask(lambda: self._web3.eth.get_transaction_count(self._signer.address, "pending"))
        unsigned: dict[str, Any] = {
            "type": 2,
            "chainId": self.chain_id,
            "nonce": nonce,
            "gas": gas + gas * GAS_MARGIN_PERCENT // 100,
            "maxFeePerGas": 2 * self._ask(lambda: self._web3.eth.gas_price),
            "maxPriorityFeePerGas": self._ask(lambda: self._web3.eth.max_priority_fee),
            "value": 0,
            "data": data,
        }
        if to is not None:
            unsigned["to"] = to_checksum_address(to)
        signed = self._signer.sign_transaction(unsigned)
        found = self._final(bytes(signed.hash), bytes(signed.raw_transaction))
        if found["status"] != 1:
            raise CallRefused(*_reason(cast(dict[str, Any], found)), transaction_hash=bytes(found["transactionHash"]))
        return _receipt(found)

    def _final(self, transaction: bytes, raw: bytes) -> TxReceipt:
        """The receipt, once there is one. Raises NotFinalYet where it may still come: what was sent stays sent."""
        try:
            self._ask(lambda: self._web3.eth.send_raw_transaction(HexBytes(raw)))
            return self._ask(
                lambda: self._web3.eth.wait_for_transaction_receipt(
                    HexBytes(transaction), timeout=self.timeout_s, poll_latency=0.02
                )
            )
        except NetworkUnreachable as error:
            raise NotFinalYet(transaction, self.timeout_s) from error

    def _parameters(self, to: bytes | None, data: bytes) -> TxParams:
        given: dict[str, Any] = {"from": self._signer.address, "data": "0x" + data.hex()}
        if to is not None:
            given["to"] = to_checksum_address(to)
        return cast(TxParams, given)

    def _ask(self, question: Callable[[], T]) -> T:
        try:
            return question()
        except ContractLogicError as error:
            given = error.data if isinstance(error.data, str) and error.data.startswith("0x") else "0x"
            raw = bytes.fromhex(given[2:])
            raise CallRefused(explain_revert(raw), raw) from error
        except Web3RPCError as error:
            raise NodeRefused(self.url, _message(error)) from error
        except (OSError, Web3Exception, ValueError) as error:
            raise NetworkUnreachable(self.url, _root_words(error)) from error


def checked_url(url: str) -> str:
    """The same, if it may be a node's address. Raises BadInput."""
    if not url.startswith(("http://", "https://")):
        raise BadInput(f"{url!r} is not the address of a node; one is such as {DEFAULT_RPC}")
    return url


def _message(error: Web3RPCError) -> str:
    """The node's own words, out of the JSON-RPC answer."""
    answered = (error.rpc_response or {}).get("error")
    return str(answered["message"]) if isinstance(answered, dict) and "message" in answered else str(error)


def _root_words(error: BaseException) -> str:
    """What the system said in the end, without the libraries' wrappings."""
    while (within := error.__cause__ or error.__context__) is not None:
        error = within
    said = error.strerror if isinstance(error, OSError) else None
    return said or str(error) or type(error).__name__


def _reason(receipt: dict[str, Any]) -> tuple[str, bytes]:
    """Why an included transaction failed, where the node keeps that beside the receipt."""
    kept = receipt.get("revertReason")
    data = bytes.fromhex(kept.removeprefix("0x")) if isinstance(kept, str) else bytes(kept or b"")
    return explain_revert(data), data


def _receipt(found: TxReceipt) -> Receipt:
    deployed = found.get("contractAddress")
    return Receipt(
        transaction_hash=bytes(found["transactionHash"]),
        block_number=int(found["blockNumber"]),
        gas_used=int(found["gasUsed"]),
        contract_address=bytes.fromhex(deployed[2:]) if deployed else None,
        logs=tuple(
            Log(bytes.fromhex(log["address"][2:]), tuple(bytes(topic) for topic in log["topics"]), bytes(log["data"]))
            for log in found["logs"]
        ),
    )
