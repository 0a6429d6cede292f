"""Transactions that a node has and no block holds yet: what `pending` lists and what a replacement must outbid."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wallet.addresses import ADDRESS_TEXT, checksummed, parse_address
from wallet.errors import BadAnswer, NodeRefused
from wallet.node_client import METHOD_NOT_FOUND, Node, octets, quantity
from wallet.transactions import Call, Offer


@dataclass(frozen=True, slots=True)
class Waiting:
    """`reason` is the node's word on why it waits, where the node says so."""

    hash: bytes
    nonce: int
    offer: Offer
    call: Call
    reason: str | None


def waiting_of(node: Node, sender: bytes) -> tuple[Waiting, ...] | None:
    """In nonce order; None if the node keeps what waits to itself."""
    try:
        content = node.ask("txpool_contentFrom", checksummed(sender))
    except NodeRefused as refusal:
        if refusal.code != METHOD_NOT_FOUND:
            raise
        return None
    return parse_content(content, node.url)


def parse_content(content: Any, url: str) -> tuple[Waiting, ...]:
    """https://geth.ethereum.org/docs/interacting-with-geth/rpc/ns-txpool: what is ready, and what waits for a gap."""
    try:
        listed = [transaction for kind in ("pending", "queued") for transaction in content[kind].values()]
        found = [_waiting(transaction, url) for transaction in listed]
    except (KeyError, TypeError, AttributeError) as error:
        raise BadAnswer(url, f"its txpool_contentFrom lacks or garbles {error}") from error
    return tuple(sorted(found, key=lambda waiting: waiting.nonce))


def _waiting(transaction: Mapping[str, Any], url: str) -> Waiting:
    # Newer types have both fees, and gasPrice besides; older ones have gasPrice alone.
    dynamic = transaction.get("maxFeePerGas") is not None
    tip, cap = ("maxPriorityFeePerGas", "maxFeePerGas") if dynamic else ("gasPrice", "gasPrice")
    reason = transaction.get("reason")  # Jiaozi's own
    return Waiting(
        hash=octets(transaction["hash"], url),
        nonce=quantity(transaction["nonce"], url),
        offer=Offer(
            tip=quantity(transaction[tip], url),
            cap=quantity(transaction[cap], url),
            gas_limit=quantity(transaction["gas"], url),
        ),
        call=Call(
            to=_address(transaction["to"], url),
            data=octets(transaction["input"], url),
            value=quantity(transaction["value"], url),
        ),
        reason=reason if isinstance(reason, str) and reason else None,
    )


def _address(value: Any, url: str) -> bytes | None:
    if value is None:
        return None
    if not isinstance(value, str) or not ADDRESS_TEXT.fullmatch(value):
        raise BadAnswer(url, f"{str(value)[:80]!r} is no address")
    return parse_address(value.lower())
