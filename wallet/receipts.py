"""Receipts: what a mined transaction did, and why it did nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wallet.addresses import checksummed, parse_address
from wallet.errors import BadAddress, BadAnswer, NodeError, NodeRefused
from wallet.events import Logged, RawLog, as_json
from wallet.node_client import Node, octets, quantity
from wallet.refusals import explained, why_refused
from wallet.transactions import Draft, simulated


@dataclass(frozen=True, slots=True)
class Receipt:
    """`revert_reason` is the node's own word, hex or text, where it gives one."""

    succeeded: bool
    block_number: int
    block_hash: bytes
    gas_used: int
    contract: bytes | None
    logs: tuple[RawLog, ...]
    revert_reason: str | None


def parse_receipt(answer: Any, url: str) -> Receipt:
    try:
        contract, reason = answer.get("contractAddress"), answer.get("revertReason")  # absent on some nodes
        return Receipt(
            succeeded=quantity(answer["status"], url) == 1,
            block_number=quantity(answer["blockNumber"], url),
            block_hash=octets(answer["blockHash"], url),
            gas_used=quantity(answer["gasUsed"], url),
            contract=None if contract is None else parse_address(contract.lower()),
            logs=tuple(_raw_log(log, url) for log in answer["logs"]),
            revert_reason=None if reason is None else str(reason),
        )
    except (KeyError, TypeError, AttributeError, BadAddress) as error:
        raise BadAnswer(url, f"a receipt lacks or garbles {error}") from error


def receipt_document(receipt: Receipt, events: Sequence[Logged]) -> dict[str, object]:
    return {
        "block_number": receipt.block_number,
        "block_hash": f"0x{receipt.block_hash.hex()}",
        "gas_used": receipt.gas_used,
        "contract_address": None if receipt.contract is None else checksummed(receipt.contract),
        "events": [as_json(event) for event in events],
    }


def why_reverted(node: Node, draft: Draft, receipt: Receipt) -> str:
    if receipt.revert_reason is not None and receipt.revert_reason not in ("", "0x"):
        return _stated(receipt.revert_reason)
    if receipt.gas_used == draft.gas_limit:
        return "it ran out of gas; send it again with a higher --gas-limit"
    # The state just before its block: close to what it saw, though not after the transactions ahead of it.
    before = hex(receipt.block_number - 1)
    try:
        node.ask("eth_call", simulated(draft.sender, draft.call), before)
    except NodeRefused as refusal:
        return why_refused(refusal)
    except NodeError:
        return "the contract refused, and the node cannot say why"
    return "what it met in the block differed from the simulation; look at the state and send it again"


def _stated(reason: str) -> str:
    try:
        return explained(bytes.fromhex(reason.removeprefix("0x")))
    except ValueError:
        return reason


def _raw_log(log: Mapping[str, Any], url: str) -> RawLog:
    return RawLog(
        contract=parse_address(log["address"].lower()),
        topics=tuple(octets(topic, url) for topic in log["topics"]),
        data=octets(log["data"], url),
    )
