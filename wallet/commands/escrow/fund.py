"""Putting the agreed money aside: an allowance for the escrow contract, if it has none yet, then the deal itself."""

import argparse
from dataclasses import replace

from contracts import load
from contracts.deals import DealState, state_of
from wallet.deals import Agreement, configure_action, parse_deal_id, read_agreement
from wallet.errors import Refused
from wallet.keystore import StoredAccount
from wallet.money import Money, shown
from wallet.node_client import Node
from wallet.options import Parser, consent_of
from wallet.session import Result, Session
from wallet.signing import describe, sentence
from wallet.submission import Consent, check_ready, confirm, open_key, prepare, sign_and_send, submit
from wallet.tokens import read_allowance, read_holding
from wallet.transactions import Call

EXAMPLE = "jiaozi-wallet escrow fund 0x6f...e1 --from buyer"


def configure(parser: Parser) -> None:
    configure_action(parser)


def run(arguments: argparse.Namespace, session: Session) -> Result:
    consent = consent_of(arguments)
    deal_id = parse_deal_id(arguments.id)
    account = session.keystore.select(session.settings.account)
    check_ready(session, consent)
    node = session.connect()
    agreement = read_agreement(session, node, deal_id)
    fund = Call(session.settings.escrow, load("escrow").encode_call("fund", deal_id))
    if read_allowance(node, agreement.deal.token, account.address, session.settings.escrow) >= agreement.next_amount:
        return submit(session, node, account, fund, agreement.known_to(session), consent)
    _check_fundable(session, node, account, agreement)
    return _allow_and_fund(session, node, account, agreement, fund, consent)


def _check_fundable(session: Session, node: Node, account: StoredAccount, agreement: Agreement) -> None:
    """What the simulation of `fund` would say, which cannot run before the allowance is on the chain."""
    deal = agreement.deal
    amount = agreement.next_amount
    if deal.state not in (DealState.OPEN, DealState.FUNDED) or amount == 0:
        raise Refused(f"the deal is {state_of(deal).name.lower()}, and only an open one can be funded")
    if deal.payer != account.address:
        raise Refused("this account is not the payer of the deal; choose the payer's with --from")
    free = read_holding(node, session.settings, account.address, agreement.currency).free
    if free.minor < amount:
        raise Refused(f"the account can pay {shown(free)}, less than the {shown(Money(amount, free.currency))}")


def _allow_and_fund(
    session: Session, node: Node, account: StoredAccount, agreement: Agreement, fund: Call, consent: Consent
) -> Result:
    known = agreement.known_to(session)
    allowance = load("ecash").encode_call("approve", session.settings.escrow, agreement.next_amount)
    first = prepare(node, account.address, Call(agreement.deal.token, allowance), None)
    confirm(session, [f"1. {sentence(first, known)}", f"2. {describe(fund, account.address, known)}."], consent)
    key = open_key(session, account)
    # The second cannot be simulated, and would be refused, before the first is in a block.
    allowed = sign_and_send(session, node, key, first, known, replace(consent, wait=True))
    second = prepare(node, account.address, fund, consent.gas_limit)
    session.console.tell(sentence(second, known))
    funded = sign_and_send(session, node, key, second, known, consent)
    return Result({**funded.document, "allowance": allowed.document}, funded.text)
