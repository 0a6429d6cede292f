"""What an account has sent that no block holds yet."""

import argparse

from wallet.errors import NodeRefused
from wallet.node_client import METHOD_NOT_FOUND
from wallet.options import Parser, add_account, add_node
from wallet.session import Result, Session
from wallet.signing import Knowledge, describe
from wallet.tokens import read_currencies
from wallet.waiting import Waiting, waiting_of

EXAMPLE = "jiaozi-wallet pending --from savings"


def configure(parser: Parser) -> None:
    add_account(parser)
    add_node(parser)


def run(arguments: argparse.Namespace, session: Session) -> Result:
    account = session.keystore.select(session.settings.account)
    node = session.connect()
    found = waiting_of(node, account.address)
    if found is None:
        raise NodeRefused(
            "txpool_contentFrom", METHOD_NOT_FOUND, "it keeps to itself what waits; ask another with --rpc"
        )
    known = session.knowledge(read_currencies(node, session.settings, [session.settings.ecash]) if found else {})
    return Result(
        {"transactions": [_document(waiting, account.address, known) for waiting in found]},
        "\n".join(_words(waiting, account.address, known) for waiting in found) or "nothing waits",
    )


def _document(waiting: Waiting, sender: bytes, known: Knowledge) -> dict[str, object]:
    return {
        "nonce": waiting.nonce,
        "transaction_hash": f"0x{waiting.hash.hex()}",
        "gas_limit": waiting.offer.gas_limit,
        "tip": waiting.offer.tip,
        "fee_cap": waiting.offer.cap,
        "does": describe(waiting.call, sender, known),
        "reason": waiting.reason,
    }


def _words(waiting: Waiting, sender: bytes, known: Knowledge) -> str:
    why = f"; {waiting.reason}" if waiting.reason is not None else ""
    return f"nonce {waiting.nonce}  0x{waiting.hash.hex()}  {describe(waiting.call, sender, known)}{why}"
