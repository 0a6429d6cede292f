"""Everything about a deal."""

import argparse

from contracts import NO_ARBITER
from contracts.deals import Stage, held_in, last_deadline_of, state_of
from wallet.addresses import checksummed
from wallet.deals import NO_TERMS, Agreement, parse_deal_id, read_agreement
from wallet.money import Money, decimal_text, shown
from wallet.options import Parser, add_escrow, add_node
from wallet.session import Result, Session
from wallet.signing import moment

EXAMPLE = "jiaozi-wallet escrow show 0x6f...e1"


def configure(parser: Parser) -> None:
    parser.add_argument("id", metavar="ID", help="the deal's id, as `escrow open` told it")
    add_escrow(parser)
    add_node(parser)


def run(arguments: argparse.Namespace, session: Session) -> Result:
    deal_id = parse_deal_id(arguments.id)
    agreement = read_agreement(session, session.connect(), deal_id)
    return Result(_document(agreement), _words(agreement))


def _document(agreement: Agreement) -> dict[str, object]:
    deal, currency = agreement.deal, agreement.currency
    amounts = {"amount": deal.amount, "funded": deal.funded, "paid": deal.paid, "refunded": deal.refunded}
    return {
        "deal_id": f"0x{agreement.id.hex()}",
        "state": state_of(deal).name.lower(),
        "payer": checksummed(deal.payer),
        "payee": checksummed(deal.payee),
        "arbiter": None if deal.arbiter == NO_ARBITER else checksummed(deal.arbiter),
        "token": checksummed(deal.token),
        "symbol": currency.symbol,
        "deadline": deal.deadline,
        "last_deadline": last_deadline_of(deal),
        "terms_hash": f"0x{deal.terms_hash.hex()}",
        **{f"{name}_minor": amount for name, amount in {**amounts, "held": held_in(deal)}.items()},
        "held": decimal_text(Money(held_in(deal), currency)),
        "review_seconds": deal.review_seconds,
        "stages": [
            {
                "amount_minor": stage.amount,
                "funded_minor": stage.funded,
                "released_minor": stage.released,
                "evidence": f"0x{stage.evidence.hex()}" if any(stage.evidence) else None,
                "review_deadline": stage.review_deadline or None,
            }
            for stage in agreement.stages
        ],
    }


def _words(agreement: Agreement) -> str:
    deal, currency = agreement.deal, agreement.currency
    lines = {
        "deal": f"0x{agreement.id.hex()}",
        "state": state_of(deal).name.lower(),
        "payer": checksummed(deal.payer),
        "payee": checksummed(deal.payee),
        "arbiter": "none" if deal.arbiter == NO_ARBITER else checksummed(deal.arbiter),
        "agreed": shown(Money(deal.amount, currency)),
        "held": shown(Money(held_in(deal), currency)),
        "paid": shown(Money(deal.paid, currency)),
        "refunded": shown(Money(deal.refunded, currency)),
        "deadline": moment(last_deadline_of(deal)),
        "terms": "none" if deal.terms_hash == NO_TERMS else f"0x{deal.terms_hash.hex()}",
    }
    if len(agreement.stages) > 1 or deal.review_seconds:
        lines |= {f"stage {number}": _stage_words(stage, agreement) for number, stage in enumerate(agreement.stages)}
    return "\n".join(f"{name:<9} {value}" for name, value in lines.items())


def _stage_words(stage: Stage, agreement: Agreement) -> str:
    amounts = (Money(each, agreement.currency) for each in (stage.amount, stage.funded, stage.released))
    agreed, funded, released = (shown(each) for each in amounts)
    review = f", under review until {moment(stage.review_deadline)}" if stage.review_deadline else ""
    return f"{agreed}, funded {funded}, released {released}{review}"
