"""Errors of nodes and contracts, in words that say what to do."""

import pytest

from contracts.reverts import REFUSED
from wallet.errors import NodeRefused
from wallet.refusals import is_already_known, why_refused

REASON = bytes.fromhex("08c379a0") + bytes(31) + b"\x20" + bytes(31) + b"\x02" + b"no" + bytes(30)


def encode_refusal(code: int, rule: int, version: int) -> bytes:
    return REFUSED.selector + b"".join(number.to_bytes(32, "big") for number in (code, rule, version))


@pytest.mark.parametrize(
    ("message", "data", "words"),
    [
        ("execution reverted: ecash: paused", b"", "ecash: paused"),
        ("execution reverted", REASON, "no"),
        (
            "execution reverted",
            encode_refusal(4, 0, 0),
            "refused: money is frozen (code 4, rule 0, version 0). Pay at most what is available;",
        ),
        ("execution reverted", encode_refusal(99, 3, 1), "refused: unknown reason (code 99, rule 3, version 1)"),
        ("execution reverted", REFUSED.selector + b"\1", "refused with 0x"),
        ("execution reverted", b"", "the contract refused without a reason"),
        ("insufficient funds for gas * price + value", b"", "pay some in first"),
        ("nonce too low: next nonce 5, tx nonce 4", b"", "run the command again"),
        ("replacement transaction underpriced", b"", "see `jiaozi-wallet pending`"),
        ("txpool is full", b"", "try again in a moment"),
        ("something new", b"", "something new"),
    ],
)
def test_a_refusal_says_why(message: str, data: bytes, words: str) -> None:
    assert words in why_refused(NodeRefused("eth_call", 3, message, data))


def test_a_transaction_that_the_node_has_already_is_no_failure() -> None:
    assert is_already_known(NodeRefused("eth_sendRawTransaction", -32000, "already known"))
    assert not is_already_known(NodeRefused("eth_sendRawTransaction", -32000, "nonce too low"))
