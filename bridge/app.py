"""Wiring: from what was asked to a report, over one node."""

from dataclasses import dataclass
from typing import Final

from eth_utils.address import to_checksum_address

from bridge.ledger_events import Ledger, check_range
from bridge.settlement import Payment, Payout, Total, Totals, by_token, settled, total

# So that a column of amounts lines up even where one merchant is far larger than the others.
AMOUNT_WIDTH: Final = 20


@dataclass(frozen=True, slots=True)
class Report:
    """Totals of the blocks `first` to `last`; `decimals` of every token in them."""

    chain_id: int
    first: int
    last: int
    ecash: bytes
    totals: Totals
    payouts: dict[bytes, Total]
    decimals: dict[bytes, int]


def make_report(ledger: Ledger, ecash: bytes, first: int, last: int | None) -> Report:
    ledger.check_contracts()
    end = ledger.final_block() if last is None else last
    check_range(first, end)
    found = (settled(event) for event in ledger.events(first, end))
    totals = total(item for item in found if isinstance(item, Payment | Payout))
    payouts = by_token(totals.by_deal, ledger.deal_tokens(list(totals.by_deal)))
    decimals = {token: ledger.decimals(token) for token in {ecash, *payouts}}
    return Report(ledger.chain_id(), first, end, ecash, totals, payouts, decimals)


def as_document(report: Report) -> dict[str, object]:
    return {
        "chain_id": report.chain_id,
        "from_block": report.first,
        "to_block": report.last,
        "next_block": report.last + 1,
        "ecash": {
            "address": to_checksum_address(report.ecash),
            "decimals": report.decimals[report.ecash],
        },
        "payments": _total(report.totals.payments),
        "payments_by_receiver": [
            {"receiver": to_checksum_address(receiver), **_total(of_receiver)}
            for receiver, of_receiver in sorted(report.totals.by_receiver.items())
        ],
        "escrow_payouts": [
            {"token": to_checksum_address(token), "decimals": report.decimals[token], **_total(of_token)}
            for token, of_token in sorted(report.payouts.items())
        ],
    }


def as_text(report: Report) -> str:
    places = report.decimals[report.ecash]
    lines = [f"blocks {report.first} to {report.last} of network {report.chain_id}"]
    lines.append(_line("payments with a reference", report.totals.payments, places))
    lines += [
        _line(f"  to {to_checksum_address(receiver)}", of_receiver, places)
        for receiver, of_receiver in sorted(report.totals.by_receiver.items())
    ]
    lines += [
        _line(f"escrow payouts in {to_checksum_address(token)}", of_token, report.decimals[token])
        for token, of_token in sorted(report.payouts.items())
    ]
    lines.append(f"read on with --from-block {report.last + 1}")
    return "\n".join(lines)


def decimal_text(minor: int, decimals: int) -> str:
    if decimals == 0:
        return str(minor)
    digits = str(minor).rjust(decimals + 1, "0")
    return f"{digits[:-decimals]}.{digits[-decimals:]}"


def _total(of: Total) -> dict[str, int]:
    return {"count": of.count, "total_minor": of.minor}


def _line(what: str, of: Total, decimals: int) -> str:
    return f"{what:<66} {of.count:>8}  {decimal_text(of.minor, decimals):>{AMOUNT_WIDTH}}"
