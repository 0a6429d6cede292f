"""A deal: who may be paid how much, until when, and who decides if the parties cannot."""

import argparse

from contracts import NO_ARBITER, load
from wallet.addresses import parse_payee
from wallet.deals import chain_seconds, parse_deadline, parse_review, parse_terms
from wallet.errors import WrongUsage
from wallet.money import parse_payment
from wallet.options import Parser, add_escrow, add_signing, add_token, consent_of
from wallet.session import Result, Session
from wallet.submission import check_ready, submit
from wallet.tokens import by_token, chosen_token, read_currency
from wallet.transactions import Call

EXAMPLE = "jiaozi-wallet escrow open 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 500.00 --deadline +7d"


def configure(parser: Parser) -> None:
    parser.add_argument("payee", metavar="PAYEE", help="who is to be paid")
    parser.add_argument(
        "amount", metavar="AMOUNT", help="in major units, such as 500.00, or 150.00,350.00 for two stages"
    )
    parser.add_argument(
        "--deadline",
        required=True,
        metavar="WHEN",
        help="a term such as +7d, +30m, or a date such as 2030-01-31T12:00Z",
    )
    parser.add_argument("--arbiter", metavar="ADDRESS", help="who decides a dispute; without one there is none")
    parser.add_argument(
        "--review", metavar="TERM", help="such as +7d: what the payee submits is approved after so long a silence"
    )
    parser.add_argument("--terms", metavar="FILE", help="what was agreed: a file, or its keccak hash in hex")
    add_token(parser)
    add_escrow(parser)
    add_signing(parser)


def run(arguments: argparse.Namespace, session: Session) -> Result:
    consent = consent_of(arguments)
    account = session.keystore.select(session.settings.account)
    payee = parse_payee(arguments.payee)
    arbiter = NO_ARBITER if arguments.arbiter is None else parse_payee(arguments.arbiter)
    terms, token = parse_terms(arguments.terms), chosen_token(session.settings)
    if token is None:
        raise WrongUsage("the network's own coin cannot be held in escrow; choose ecash or a token with --token")
    parse_deadline(arguments.deadline, session.clock.now(), 0)
    review = parse_review(arguments.review)
    check_ready(session, consent)
    node = session.connect()
    currency = read_currency(node, session.settings, token)
    amounts = [parse_payment(text, currency).minor for text in arguments.amount.split(",")]
    deadline = parse_deadline(arguments.deadline, session.clock.now(), chain_seconds(node))
    data = _calldata(payee, arbiter, token, amounts, deadline, review, terms)
    known = session.knowledge(by_token(currency))
    return _naming_deal(submit(session, node, account, Call(session.settings.escrow, data), known, consent))


def _calldata(
    payee: bytes, arbiter: bytes, token: bytes, amounts: list[int], deadline: int, review: int, terms: bytes
) -> bytes:
    escrow = load("escrow")
    if len(amounts) == 1 and not review:
        return escrow.encode_call("open", payee, arbiter, token, amounts[0], deadline, terms)
    return escrow.encode_call("open_staged", payee, arbiter, token, amounts, deadline, review, terms)


def _naming_deal(result: Result) -> Result:
    """The id is what all else needs, so it stands on its own; it is known once the deal is in a block."""
    events = result.document.get("events")  # absent when it was not waited for
    if not isinstance(events, list):
        return result
    deal_id = next(event["arguments"]["id"] for event in events if event["event"] == "Opened")
    return Result(
        {**result.document, "deal_id": deal_id},
        f"{result.text}\ndeal {deal_id}; put the money aside with `jiaozi-wallet escrow fund {deal_id}`",
    )
