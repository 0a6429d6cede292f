"""Events of the e-cash and of escrow, read from a node by cursor.

The rule: a cursor is a block number, and only final blocks are read, so that reading on from where one stopped gives
every event once.
"""

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from requests import Session
from requests.exceptions import RequestException
from web3 import HTTPProvider, Web3
from web3.exceptions import Web3Exception

from bridge.errors import NoContract, NodeRefused, NodeUnreachable, WrongUsage
from bridge.settlement import PAYMENT_EVENT, PAYOUT_FIELDS
from contracts import Artifact, Event, Undecodable, load
from contracts.deals import decode_deal

T = TypeVar("T")

BLOCKS_AT_ONCE: Final = 1_000
REQUEST_TIMEOUT_S: Final = 30


class Ledger:
    """The two contracts that settle, on one network. Addresses are 20 bytes."""

    def __init__(self, url: str, ecash: bytes, escrow: bytes) -> None:
        session = Session()
        # A proxy of the environment is meant for the world outside, not for a node on this machine.
        session.trust_env = urlsplit(url).hostname not in ("127.0.0.1", "localhost", "::1")
        options = {"timeout": REQUEST_TIMEOUT_S}
        self._web3 = Web3(HTTPProvider(url, options, session=session, exception_retry_configuration=None))
        self._url = url
        self._ecash = Web3.to_checksum_address(ecash)
        self._escrow = Web3.to_checksum_address(escrow)

    def chain_id(self) -> int:
        return self._ask("its network", lambda: self._web3.eth.chain_id)

    def final_block(self) -> int:
        return self._ask(
            "its last final block (name one with --to-block)", lambda: self._web3.eth.get_block("finalized")["number"]
        )

    def check_contracts(self) -> None:
        for what, address in (("ecash", self._ecash), ("escrow", self._escrow)):
            if not self._ask("code", functools.partial(self._web3.eth.get_code, address)):
                raise NoContract(what, address)

    def events(self, first: int, last: int) -> Iterator[Event]:
        """Those that may settle something, in the order of the chain."""
        start, span = first, BLOCKS_AT_ONCE
        while start <= last:
            end = min(start + span - 1, last)
            try:
                logs = self._logs(start, end)
            except NodeRefused:
                # Nodes bound what one question may find, each in its own words.
                if start == end:
                    raise
                span = max(1, (end - start + 1) // 2)
                continue
            yield from (event for log in logs if (event := self._event(log)) is not None)
            start = end + 1

    def deal_tokens(self, deal_ids: Sequence[bytes]) -> dict[bytes, bytes]:
        """The token of each deal."""
        escrow = load("escrow")
        answers = [self._call(self._escrow, escrow.encode_call("deal", deal_id)) for deal_id in deal_ids]
        try:
            return {deal_id: decode_deal(answer).token for deal_id, answer in zip(deal_ids, answers, strict=True)}
        except Undecodable as error:
            raise NoContract("escrow", self._escrow) from error

    def decimals(self, token: bytes) -> int:
        address = Web3.to_checksum_address(token)
        answer = self._call(address, load("ecash").encode_call("decimals"))
        if len(answer) != 32:
            raise NoContract("ecash", address)
        return int.from_bytes(answer, "big")

    def _call(self, address: Any, data: bytes) -> bytes:
        return bytes(self._ask("a contract's answer", lambda: self._web3.eth.call({"to": address, "data": data})))

    def _logs(self, start: int, end: int) -> Sequence[Any]:
        topics = [
            load("ecash").event_topic(PAYMENT_EVENT),
            *(load("escrow").event_topic(name) for name in PAYOUT_FIELDS),
        ]
        question: Any = {
            "fromBlock": start,
            "toBlock": end,
            "address": [self._ecash, self._escrow],
            "topics": [[Web3.to_hex(topic) for topic in topics]],
        }
        return self._ask(f"the events of blocks {start} to {end}", lambda: self._web3.eth.get_logs(question))

    def _event(self, log: Any) -> Event | None:
        artifact: Artifact = load("ecash" if log["address"] == self._ecash else "escrow")
        try:
            return artifact.decode_log([bytes(topic) for topic in log["topics"]], bytes(log["data"]))
        except Undecodable as error:
            raise NodeRefused("an event that can be read", str(error)) from error

    def _ask(self, asked: str, question: Callable[[], T]) -> T:
        try:
            return question()
        except RequestException as error:
            raise NodeUnreachable(self._url) from error
        except (Web3Exception, ValueError, KeyError, TypeError) as error:  # the library's ways to say "no JSON-RPC"
            raise NodeRefused(asked, str(error) or type(error).__name__) from error


def check_range(first: int, last: int) -> None:
    if first > last + 1:
        raise WrongUsage(f"block {first} is after the last one to read, {last}; lower --from-block")
