"""What shows the pool: the loop that owns it only copies, one whole dump at a time, none larger than an answer."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Event, Thread
from typing import Any, TypeVar

import pytest

from node.pool.pool import Pool
from node.primitives.transaction import Transaction, UnsignedTransaction, sign_transaction
from node.rpc.limits import Limits
from tests.unit.node.pool.test_view import steps
from tests.unit.node.rpc.conftest import MakeClient
from tests.unit.node.rpc.in_process import Client
from tests.unit.node.rpc.solo import PAYEE, RICH, SoloNode, payment

T = TypeVar("T")

WHOLE = ("txpool_content", "txpool_inspect")


def _batch(*calls: tuple[str, list[object]]) -> list[dict[str, object]]:
    return [
        {"jsonrpc": "2.0", "id": index, "method": method, "params": parameters}
        for index, (method, parameters) in enumerate(calls)
    ]


def _dear(nonce: int) -> Transaction:
    """The rich key can pay for any one, and for no two of them."""
    unsigned = UnsignedTransaction(chain_id=7, nonce=nonce, gas=21_000, to=PAYEE, value=6 * 10**23)
    return sign_transaction(unsigned, RICH)


def _questions(node: SoloNode, *, before: Callable[[], None] = lambda: None) -> list[int]:
    """From now on: the lines that the loop takes for each question, which it begins with `before`."""
    taken: list[int] = []
    ask_pool = node.ask_pool

    def counted(question: Callable[[Pool], T]) -> Future[T]:
        def asked(pool: Pool) -> T:
            before()
            answers: list[T] = []
            taken.append(steps(lambda: answers.append(question(pool))))
            return answers[0]

        return ask_pool(asked)

    node.ask_pool = counted  # type: ignore[method-assign]  # listens in, and changes nothing
    return taken


@pytest.mark.parametrize("method", WHOLE)
def test_the_loop_only_copies_whatever_waits(client: Client, node: SoloNode, method: str) -> None:
    for nonce in range(2_000):
        node.submit(_dear(nonce)).result()
    taken = _questions(node)
    [queued] = client.result(method)["queued"].values()
    assert len(queued) == 1_999
    assert len(taken) == 1 and taken[0] < 100


def test_the_loop_only_copies_what_one_sender_has(client: Client, node: SoloNode) -> None:
    for nonce in range(500):
        node.submit(_dear(nonce)).result()
    taken = _questions(node)
    assert len(client.result("txpool_contentFrom", "0x" + RICH.address.hex())["queued"]) == 499
    assert len(taken) == 1 and taken[0] < 100


def test_the_pool_is_shown_to_one_at_a_time(node: SoloNode, make_client: MakeClient) -> None:
    node.submit(payment()).result()
    client = make_client(node)
    begun, go_on = Event(), Event()
    context = client.service._context()

    def dawdle() -> None:
        begun.set()
        go_on.wait(20)

    taken = _questions(node, before=dawdle)
    shown: list[Any] = []
    first = Thread(target=lambda: shown.append(client.service._methods["txpool_content"].run(context)))
    first.start()
    try:
        assert begun.wait(20)
        for method in WHOLE:
            code, message = client.error(method)
            assert code == -32005 and "try again" in message
    finally:
        go_on.set()
        first.join()
    assert len(shown[0]["pending"]) == 1 and len(taken) == 1
    assert len(client.result("txpool_content")["pending"]) == 1, "the next has its turn"


def test_dumps_of_one_batch_take_turns(client: Client, node: SoloNode) -> None:
    node.submit(payment()).result()
    answers = client.ask(_batch(*[(method, []) for method in WHOLE * 3]))
    assert all(len(answer["result"]["pending"]) == 1 for answer in answers)


def test_a_batch_of_dumps_ends_where_its_answer_is_full(node: SoloNode, make_client: MakeClient) -> None:
    node.submit(payment()).result()
    client = make_client(node, limits=Limits(response_bytes=4_000))
    taken = _questions(node)
    answers = client.ask(_batch(*[("txpool_content", [])] * 800))
    assert len(answers) == 800
    assert answers[0]["result"]["pending"]
    assert {answer["error"]["code"] for answer in answers[10:]} == {-32005}
    assert len(taken) < 10, "what can't be answered is not asked"


def test_a_pool_that_no_answer_could_hold_is_refused_before_it_is_shown(
    node: SoloNode, make_client: MakeClient
) -> None:
    for nonce in range(4):
        node.submit(payment(nonce, data=bytes(1_000), gas=100_000)).result()
    client = make_client(node, limits=Limits(response_bytes=5_000))
    for method, parameters in (("txpool_content", []), ("txpool_contentFrom", ["0x" + RICH.address.hex()])):
        code, message = client.error(method, *parameters)
        assert code == -32005 and "response too large" in message
    assert len(client.result("txpool_inspect")["pending"]) == 1, "summaries are smaller"


def test_a_loop_that_does_not_answer_ends_the_call_and_not_the_next(node: SoloNode, make_client: MakeClient) -> None:
    client = make_client(node, limits=Limits(call_timeout_s=0.2))
    go_on = Event()
    node.ask_pool(lambda pool: go_on.wait(20))
    try:
        code, message = client.error("txpool_content")
        assert code == -32000 and "0.2" in message
    finally:
        go_on.set()
    node.ask_pool(len).result()
    assert client.result("txpool_status") == {"pending": "0x0", "queued": "0x0"}


def test_a_status_that_came_too_late_names_its_own_time(client: Client, node: SoloNode) -> None:
    def late() -> Any:
        raise TimeoutError("the validator's loop did not answer within 5 s")

    node.status = late  # type: ignore[method-assign]  # a loop with no time
    assert client.error("qbft_status") == (-32000, "the validator's loop did not answer within 5 s")
