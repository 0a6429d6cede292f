"""Finding what `cancel` and `replace` are to take the place of, and saying so."""

from wallet.addresses import checksummed
from wallet.errors import NothingToReplace
from wallet.node_client import Node, Request, quantity
from wallet.session import Session
from wallet.signing import describe
from wallet.tokens import read_currencies
from wallet.waiting import Waiting, waiting_of


def find_waiting(session: Session, node: Node, sender: bytes, nonce: int) -> Waiting | None:
    """None if the node keeps what waits to itself. Raises NothingToReplace where nothing waits for certain."""
    found = waiting_of(node, sender)
    matching = [waiting for waiting in found or () if waiting.nonce == nonce]
    if matching:
        known = session.knowledge(read_currencies(node, session.settings, [session.settings.ecash]))
        session.console.tell(f"Waiting under nonce {nonce}: {describe(matching[0].call, sender, known)}.")
        return matching[0]
    _check_open(node, sender, nonce, hidden=found is None)
    session.console.tell("This node does not show what waits, so the replacement offers twice the usual gas.")
    return None


def _check_open(node: Node, sender: bytes, nonce: int, *, hidden: bool) -> None:
    mined, known = (
        quantity(answer, node.url)
        for answer in node.batch(
            *(Request("eth_getTransactionCount", (checksummed(sender), block)) for block in ("latest", "pending"))
        )
    )
    if nonce < mined:
        raise NothingToReplace(f"the transaction with nonce {nonce} is in a block and final; ask the payee to pay back")
    if not hidden or nonce >= known:
        raise NothingToReplace(f"no transaction with nonce {nonce} waits at this node; see `jiaozi-wallet pending`")
