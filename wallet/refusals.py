"""Why a node or a contract said no, in words that say what to do."""

from typing import Final

from contracts.errors import CallRefused
from contracts.refusals import advice
from contracts.reverts import explain_revert
from wallet.errors import NodeRefused

REVERTED: Final = "execution reverted"
ADVICE: Final = (
    (
        "insufficient funds",
        "the account has too little of the network's own coin for amount and fee; pay some in first",
    ),
    ("nonce too low", "another transaction has used this nonce meanwhile; run the command again"),
    (
        "replacement transaction underpriced",
        "a transaction with this nonce waits already and offers as much; "
        "see `jiaozi-wallet pending`, then `replace` or `cancel` it, with a higher --gas-limit if need be",
    ),
    ("txpool is full", "the node has too many transactions waiting; try again in a moment"),
    ("exceeds block gas limit", "the gas limit is above what a block can hold; lower --gas-limit"),
    ("intrinsic gas too low", "the gas limit is below what any transaction needs; raise --gas-limit"),
    ("max fee per gas less than block base fee", "the network's fee has risen meanwhile; run the command again"),
)


def why_refused(refusal: NodeRefused) -> str:
    """Of a simulation or a transaction that the node would not take."""
    if refusal.data:
        return explained(refusal.data)
    message = refusal.message
    for fragment, what_to_do in ADVICE:
        if fragment in message.lower():
            return what_to_do
    if message.startswith(REVERTED):
        return message.removeprefix(REVERTED).lstrip(": ") or "the contract refused without a reason"
    return message


def explained(data: bytes) -> str:
    """Of a call that a contract refused: its words, and what to do about it."""
    refused = CallRefused(explain_revert(data), data)
    what_to_do = advice(refused)
    return refused.words if what_to_do is None else f"{refused.words}. {what_to_do}"


def is_already_known(refusal: NodeRefused) -> bool:
    """The node has this very transaction: sending it again did nothing, and nothing is wrong."""
    return any(words in refusal.message.lower() for words in ("already known", "known transaction"))
