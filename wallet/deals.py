"""Escrow deals: what a person types about them, what the chain knows, and one call about one of them."""

import argparse
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from eth_utils.crypto import keccak

from contracts import Undecodable, load
from contracts.deals import Deal, DealState, Stage, decode_deal, decode_stages, state_of
from wallet.addresses import checksummed
from wallet.errors import WrongUsage
from wallet.money import Currency
from wallet.node_client import Node, Request, call, octets, quantity
from wallet.options import Parser, add_escrow, add_signing, consent_of
from wallet.session import Result, Session
from wallet.signing import Knowledge
from wallet.submission import check_ready, submit
from wallet.tokens import read_currencies
from wallet.transactions import Call

HASH_TEXT: Final = re.compile(r"0x[0-9a-fA-F]{64}")
TERM: Final = re.compile(r"\+(?P<count>[0-9]{1,9})(?P<unit>[smhdw])")
UNIT_S: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
NO_TERMS: Final = bytes(32)
MAX_STAGES: Final = 16


@dataclass(frozen=True, slots=True)
class Agreement:
    id: bytes
    deal: Deal
    stages: tuple[Stage, ...]
    currency: Currency

    @property
    def next_amount(self) -> int:
        """What `fund` takes: the next stage's amount, zero where all stages are funded."""
        funded = self.deal.stages_funded
        return self.stages[funded].amount if funded < len(self.stages) else 0

    def known_to(self, session: Session) -> Knowledge:
        return session.knowledge(
            {self.deal.token: self.currency}, deals={self.id: self.deal}, stages={self.id: self.stages}
        )


def configure_action(parser: Parser) -> None:
    """Flags and the first argument of every command that changes a deal."""
    parser.add_argument("id", metavar="ID", help="the deal's id, as `escrow open` told it")
    add_escrow(parser)
    add_signing(parser)


def act(arguments: argparse.Namespace, session: Session, data: Callable[[Agreement], bytes]) -> Result:
    """One call of the escrow contract about the deal that `arguments.id` names; `data` makes its calldata."""
    consent = consent_of(arguments)
    deal_id = parse_deal_id(arguments.id)
    account = session.keystore.select(session.settings.account)
    check_ready(session, consent)
    node = session.connect()
    agreement = read_agreement(session, node, deal_id)
    call = Call(session.settings.escrow, data(agreement))
    return submit(session, node, account, call, agreement.known_to(session), consent)


def read_agreement(session: Session, node: Node, deal_id: bytes) -> Agreement:
    """Raises WrongUsage if there is no such deal."""
    settings = session.settings
    requests = [call(settings.escrow, load("escrow").encode_call(name, deal_id)) for name in ("deal", "stages")]
    answers = [octets(answer, node.url) for answer in node.batch(*requests)]
    try:
        deal, stages = decode_deal(answers[0]), decode_stages(answers[1])
        state = state_of(deal)
    except (Undecodable, ValueError) as error:  # ValueError: a state that this wallet does not know
        raise WrongUsage(
            f"there is no escrow at {checksummed(settings.escrow)} on this network; check --escrow and --rpc"
        ) from error
    if state is DealState.UNKNOWN:
        raise WrongUsage(f"no deal has the id 0x{deal_id.hex()}; take the one that `escrow open` told")
    return Agreement(deal_id, deal, stages, read_currencies(node, settings, [deal.token])[deal.token])


def parse_deal_id(text: str) -> bytes:
    if not HASH_TEXT.fullmatch(text):
        raise WrongUsage(f"{text!r} is no deal; an id is 0x and 64 hex digits, as `escrow open` told it")
    return bytes.fromhex(text[2:])


def parse_deadline(text: str, now: datetime, chain_seconds: int) -> int:
    """Seconds since 1970. A term counts from now or from the last block, whichever is later, as the next block will.

    A date without a time zone is refused: it would mean different seconds to the two parties.
    """
    if match := TERM.fullmatch(text):
        return max(int(now.timestamp()), chain_seconds) + int(match["count"]) * UNIT_S[match["unit"]]
    try:
        date = datetime.fromisoformat(text)
    except ValueError:
        raise WrongUsage(
            f"{text!r} is no deadline; give a term such as +7d or +30m, or a date such as 2030-01-31T12:00Z"
        ) from None
    if date.tzinfo is None:
        raise WrongUsage(f"the deadline {text!r} has no time zone; add Z for UTC, or +08:00")
    return (date.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)


def configure_stage_action(parser: Parser) -> None:
    """The first arguments of every command about one stage of a deal."""
    configure_action(parser)
    parser.add_argument("stage", type=parse_stage, metavar="STAGE", help="which stage, counted from 0")


def parse_stage(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) >= MAX_STAGES:
        raise argparse.ArgumentTypeError(f"{text!r} is no stage; they are counted from 0 to {MAX_STAGES - 1}")
    return int(text)


def parse_review(text: str | None) -> int:
    """Seconds of a review, from a term such as +7d."""
    if text is None:
        return 0
    match = TERM.fullmatch(text)
    if match is None:
        raise WrongUsage(f"{text!r} is no term of review; give one such as +7d or +12h")
    return int(match["count"]) * UNIT_S[match["unit"]]


def parse_terms(text: str | None) -> bytes:
    """The hash of the terms: given as such, or of a file's bytes."""
    if text is None:
        return NO_TERMS
    if HASH_TEXT.fullmatch(text):
        return bytes.fromhex(text[2:])
    try:
        return keccak(Path(text).read_bytes())
    except OSError as error:
        raise WrongUsage(f"cannot read the terms {text}: {error.strerror}; name a file, or its hash in hex") from error


def chain_seconds(node: Node) -> int:
    (block,) = node.batch(Request("eth_getBlockByNumber", ("latest", False)))
    return quantity(block["timestamp"], node.url)
