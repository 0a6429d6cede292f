"""Asks a running node over JSON-RPC."""

import argparse
import os
from typing import Any, Final

import httpx

from node.app.errors import AppError

DEFAULT_RPC: Final = "http://127.0.0.1:8545"


class NodeUnreachable(AppError):
    pass


class NodeRefused(AppError):
    pass


def add_rpc_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rpc",
        default=os.environ.get("JIAOZI_RPC", DEFAULT_RPC),
        metavar="URL",
        help=f"the node to ask (default: JIAOZI_RPC, else {DEFAULT_RPC})",
    )


def ask(url: str, method: str, *parameters: object) -> Any:
    """The result. Raises NodeUnreachable, or NodeRefused with the node's own words."""
    request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(parameters)}
    try:
        response = httpx.post(url, json=request, timeout=10, trust_env=False)
        answer = response.json()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NodeUnreachable(f"no node answers at {url} ({error}): is it running? name another with --rpc") from error
    except ValueError:
        raise NodeUnreachable(f"what answers at {url} is no node: it spoke no JSON") from None
    if not isinstance(answer, dict) or not answer.keys() & {"result", "error"}:
        raise NodeUnreachable(f"what answers at {url} is no node: it spoke no JSON-RPC")
    if "error" in answer:
        raise NodeRefused(f"{method}: {answer['error']['message']}")
    return answer["result"]
