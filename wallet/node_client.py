"""A node, reached by JSON-RPC over HTTP through web3.py's provider.

The rule: what comes back is checked here once. Below this module an answer is an int, bytes or a mapping, and a
failure is a NodeError; nobody else looks at hex or at a response object.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

from wallet.addresses import checksummed
from wallet.errors import BadAnswer, NodeRefused, NodeUnreachable, WrongChain

if TYPE_CHECKING:
    from web3.types import RPCEndpoint

REQUEST_TIMEOUT_S: Final = 30
METHOD_NOT_FOUND: Final = -32601


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    params: tuple[Any, ...] = ()


class Node:
    """`pinned_chain` is the only network this node may be on; None if the settings pin none."""

    def __init__(self, url: str, pinned_chain: int | None = None) -> None:
        # web3 takes longer to load than most commands take to run, and --help needs no node.
        from requests import Session
        from web3 import HTTPProvider

        session = Session()
        # A proxy of the environment is meant for the world outside, not for a node on this machine.
        session.trust_env = not _is_this_machine(url)
        self.url = _without_password(url)
        self.pinned_chain = pinned_chain
        # No retries: a person waits, and hears at once that nothing answers.
        self._provider = HTTPProvider(
            url, request_kwargs={"timeout": REQUEST_TIMEOUT_S}, session=session, exception_retry_configuration=None
        )

    def ask(self, method: str, *params: Any) -> Any:
        (answer,) = self.batch(Request(method, params))
        return answer

    def batch(self, *requests: Request) -> list[Any]:
        """One round trip; raises the first refusal in it."""
        answers = self.try_batch(*requests)
        for answer in answers:
            if isinstance(answer, NodeRefused):
                raise answer
        return answers

    def try_batch(self, *requests: Request) -> list[Any]:
        """One round trip; a refused request has its NodeRefused in its place."""
        responses = self._responses(requests)
        return [_answer(request, response, self.url) for request, response in zip(requests, responses, strict=True)]

    def check_chain(self) -> None:
        if self.pinned_chain is None:
            return
        found = quantity(self.ask("eth_chainId"), self.url)
        if found != self.pinned_chain:
            raise WrongChain(self.pinned_chain, found)

    def _responses(self, requests: Sequence[Request]) -> list[Mapping[str, Any]]:
        from requests.exceptions import ConnectionError as Unconnected
        from requests.exceptions import HTTPError, RequestException, Timeout

        calls = [(cast("RPCEndpoint", request.method), list(request.params)) for request in requests]
        try:
            answered: Any = self._provider.make_batch_request(calls)
        except Timeout as error:
            raise NodeUnreachable(self.url, f"no answer within {REQUEST_TIMEOUT_S} s") from error
        except Unconnected as error:
            raise NodeUnreachable(self.url, "connection refused or lost") from error
        except HTTPError as error:
            raise BadAnswer(self.url, f"it answers HTTP {error.response.status_code}") from error
        except RequestException as error:
            raise NodeUnreachable(self.url, type(error).__name__) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:  # the provider's ways to say "no JSON-RPC"
            raise BadAnswer(self.url, "it does not answer in JSON-RPC") from error
        return self._matched(answered, len(requests))

    def _matched(self, answered: Any, expected: int) -> list[Mapping[str, Any]]:
        if isinstance(answered, Mapping) and "error" in answered:
            # The whole batch was refused; every request gets the reason.
            return [answered] * expected
        if not isinstance(answered, list) or not all(isinstance(response, Mapping) for response in answered):
            raise BadAnswer(self.url, "it does not answer a batch with a list")
        identifiers = [response.get("id") for response in answered]
        if not all(isinstance(identifier, int) for identifier in identifiers):
            raise BadAnswer(self.url, "an answer does not say which request it answers")
        if len(answered) != expected or len(set(identifiers)) != expected:
            raise BadAnswer(self.url, f"it gives {len(answered)} answer(s) to {expected} request(s)")
        return answered


def call(to: bytes, data: bytes, *, sender: bytes | None = None, block: str = "latest") -> Request:
    """A contract's view function. `block` is a tag or a hex number."""
    transaction = {"to": checksummed(to), "data": f"0x{data.hex()}"}
    if sender is not None:
        transaction["from"] = checksummed(sender)
    return Request("eth_call", (transaction, block))


def quantity(value: Any, where: str) -> int:
    try:
        return int(value, 16)
    except (TypeError, ValueError):
        raise BadAnswer(where, f"{str(value)[:80]!r} is no hex number") from None


def octets(value: Any, where: str) -> bytes:
    try:
        return bytes.fromhex(value.removeprefix("0x"))
    except (AttributeError, ValueError):
        raise BadAnswer(where, f"{str(value)[:80]!r} is no hex data") from None


def _answer(request: Request, response: Mapping[str, Any], url: str) -> Any:
    if "error" in response:
        return _refusal(request.method, response["error"], url)
    if "result" not in response:
        raise BadAnswer(url, "an answer has neither result nor error")
    return response["result"]


def _refusal(method: str, error: Any, url: str) -> NodeRefused:
    if not isinstance(error, Mapping) or not isinstance(error.get("code"), int):
        raise BadAnswer(url, "an error has no code")
    return NodeRefused(method, error["code"], str(error.get("message", "no message")), _revert_data(error.get("data")))


def _revert_data(data: Any) -> bytes:
    """Nodes put many things here; only hex is what a contract gave back."""
    try:
        return bytes.fromhex(data.removeprefix("0x")) if isinstance(data, str) else b""
    except ValueError:
        return b""


def _is_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
