"""Every malformed request gets exactly its error, and the server is none the worse for it."""

import pytest

from tests.unit.node.rpc.in_process import Client
from tests.unit.node.rpc.malformed_cases import CASES, Malformed


def test_the_table_is_long_enough_and_its_names_differ() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 50


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_malformed_requests_get_their_error(client: Client, case: Malformed) -> None:
    answer = client.post(case.body).json()
    error = answer["error"]
    assert error["code"] == case.code
    if case.message.endswith(": "):  # the library's or the pool's figures follow
        assert error["message"].startswith(case.message)
    else:
        assert error["message"] == case.message
    assert client.result("eth_chainId") == "0x7"
