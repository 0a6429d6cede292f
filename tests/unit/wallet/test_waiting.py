"""What waits at a node, in geth's shape."""

from typing import Any

import pytest

from wallet.addresses import parse_address
from wallet.errors import BadAnswer, NodeRefused
from wallet.node_client import Node
from wallet.transactions import Call, Offer
from wallet.waiting import parse_content, waiting_of

PAYEE = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8"


def transaction(nonce: int, **changes: Any) -> dict[str, Any]:
    plain = {
        "hash": "0x" + "ab" * 32,
        "nonce": hex(nonce),
        "gas": "0x5208",
        "gasPrice": "0x9",
        "to": PAYEE,
        "input": "0x",
        "value": "0x7",
    }
    return {**plain, **changes}


def test_ready_and_queued_are_listed_in_nonce_order() -> None:
    dynamic = transaction(3, maxFeePerGas="0x8", maxPriorityFeePerGas="0x2")
    content = {"pending": {"4": transaction(4)}, "queued": {"9": transaction(9, to=None), "3": dynamic}}
    third, fourth, ninth = parse_content(content, "here")
    assert (third.nonce, third.offer) == (3, Offer(tip=2, cap=8, gas_limit=21_000))
    assert (fourth.nonce, fourth.offer) == (4, Offer(tip=9, cap=9, gas_limit=21_000))
    assert fourth.call == Call(parse_address(PAYEE), b"", 7)
    assert ninth.call.to is None


@pytest.mark.parametrize(
    "content",
    [None, [], {}, {"pending": {}}, {"pending": {"1": {}}, "queued": {}}, {"pending": {"1": None}, "queued": {}}],
)
def test_another_shape_is_refused(content: Any) -> None:
    with pytest.raises(BadAnswer, match="lacks or garbles"):
        parse_content(content, "here")


def test_a_node_that_does_not_tell_is_told_from_one_that_refuses(foreign_node: Any, refuse: Any) -> None:
    sender = parse_address(PAYEE)
    assert waiting_of(Node(foreign_node.url), sender) is None

    def fail(_: Any) -> Any:
        raise refuse(-32000, "out of order")

    foreign_node.methods = {"txpool_contentFrom": fail}
    with pytest.raises(NodeRefused, match="out of order"):
        waiting_of(Node(foreign_node.url), sender)
