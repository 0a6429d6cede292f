"""A delay, a second key, and keys that change the same way."""

import pytest

from contracts import load
from tests.contracts.placed import Placed, hostile_token, now, wait, wait_until

PROPOSER, GUARDIAN, STRANGER, HEIR = (bytes([0x61 + number]) * 20 for number in range(4))
TIMELOCK_AT = b"\xd6" * 20
DAY = 24 * 60 * 60
DELAY = 2 * DAY
KEY_DELAY = 30 * DAY
GRACE = 14 * DAY


@pytest.fixture
def timelock() -> Placed:
    return Placed(load("timelock"), TIMELOCK_AT, PROPOSER, GUARDIAN, DELAY)


@pytest.fixture
def token() -> Placed:
    """A contract to act on: anybody may mint, and it answers whom it saw."""
    return hostile_token(b"\xd7" * 20)


def minting(token: Placed, amount: int = 5) -> bytes:
    return token.artifact.encode_call("mint", STRANGER, amount)


def new_keys(timelock: Placed, proposer: bytes, guardian: bytes) -> bytes:
    return timelock.artifact.encode_call("set_keys", proposer, guardian)


def test_a_call_is_queued_published_and_executed(timelock: Placed, token: Placed) -> None:
    id, began = timelock.read("next_id", PROPOSER), now()
    queued = timelock.attempt("queue", token.address, minting(token), sender=PROPOSER)
    assert queued.result == id
    assert queued.event("Queued").arguments == {
        "id": id,
        "by": PROPOSER,
        "target": token.address,
        "data": minting(token),
        "ready_at": began + DELAY,
        "expires": began + DELAY + GRACE,
    }
    shown = timelock.read("operation", id)
    assert (shown["target"], shown["queued_by"], shown["state"]) == (token.address, PROPOSER, 1)
    assert (shown["ready_at"], shown["expires"]) == (began + DELAY, began + DELAY + GRACE)
    assert (timelock.read("operation_count"), timelock.read("operation_at", 0)) == (1, id)
    wait_until(began + DELAY)
    executed = timelock.attempt("execute", id, minting(token), sender=STRANGER)
    assert executed.event("Executed").arguments == {
        "id": id,
        "by": STRANGER,
        "target": token.address,
        "data_hash": shown["data_hash"],
    }
    assert token.read("balanceOf", STRANGER) == 5
    assert timelock.read("operation", id)["state"] == 2
    assert timelock.attempt("execute", id, minting(token), sender=STRANGER).words == "timelock: not queued"
    assert token.read("balanceOf", STRANGER) == 5


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (DELAY - 1, "timelock: not ready"),
        (DELAY, ""),
        (DELAY + GRACE, ""),
        (DELAY + GRACE + 1, "timelock: not queued"),
    ],
)
def test_it_executes_from_the_delay_to_the_end_of_grace(
    timelock: Placed, token: Placed, after: int, words: str
) -> None:
    id, began = timelock.do("queue", token.address, minting(token), sender=PROPOSER), now()
    wait_until(began + after)
    assert timelock.attempt("execute", id, minting(token)).words == words
    if after > DELAY + GRACE:
        assert timelock.read("operation", id)["state"] == 4
        assert timelock.attempt("veto", id, sender=GUARDIAN).words == "timelock: not queued"


@pytest.mark.parametrize("who", [GUARDIAN, PROPOSER])
@pytest.mark.parametrize("after", [0, DELAY, DELAY + GRACE])
def test_either_key_ends_an_operation_until_it_is_executed(
    timelock: Placed, token: Placed, who: bytes, after: int
) -> None:
    id = timelock.do("queue", token.address, minting(token), sender=PROPOSER)
    wait(after)
    vetoed = timelock.attempt("veto", id, sender=who)
    assert vetoed.event("Vetoed").arguments == {"id": id, "by": who}
    assert timelock.read("operation", id)["state"] == 3
    wait(max(0, DELAY - after))
    assert timelock.attempt("execute", id, minting(token)).words == "timelock: not queued"
    assert timelock.attempt("veto", id, sender=who).words == "timelock: not queued"


def test_who_may_queue_and_veto(timelock: Placed, token: Placed) -> None:
    for who in (GUARDIAN, STRANGER, TIMELOCK_AT):
        words = timelock.attempt("queue", token.address, minting(token), sender=who).words
        assert words == "timelock: not the proposer"
    keys = new_keys(timelock, HEIR, GUARDIAN)
    assert timelock.attempt("queue", TIMELOCK_AT, keys, sender=STRANGER).words == "timelock: not one of the keys"
    id = timelock.do("queue", token.address, minting(token), sender=PROPOSER)
    assert timelock.attempt("veto", id, sender=STRANGER).words == "timelock: not one of the keys"
    assert timelock.attempt("queue", bytes(20), b"", sender=PROPOSER).words == "timelock: no target"


def test_only_what_was_published_is_executed(timelock: Placed, token: Placed) -> None:
    id = timelock.do("queue", token.address, minting(token), sender=PROPOSER)
    wait(DELAY)
    assert timelock.attempt("execute", id, minting(token, 6)).words == "timelock: not what was queued"
    assert timelock.attempt("execute", b"\1" * 32, minting(token)).words == "timelock: not queued"


def test_an_account_without_code_is_nobody_to_call(timelock: Placed) -> None:
    id = timelock.do("queue", HEIR, b"", sender=PROPOSER)
    wait(DELAY)
    assert timelock.attempt("execute", id, b"").words == "timelock: nobody to call"


def test_a_call_that_fails_says_why_and_stays_queued(timelock: Placed) -> None:
    ecash = Placed(load("ecash"), b"\xd8" * 20, "Jiaozi", "JZ", 2, TIMELOCK_AT, bytes(20), bytes(20))
    unpausing = ecash.artifact.encode_call("accept_admin")
    id = timelock.do("queue", ecash.address, unpausing, sender=PROPOSER)
    wait(DELAY)
    assert timelock.attempt("execute", id, unpausing).words == "roles: not the proposed admin"
    assert timelock.read("operation", id)["state"] == 1


def test_it_is_an_admin_like_any_other(timelock: Placed) -> None:
    """A currency is handed over to it in two steps, and its quotas then wait two days."""
    ecash = Placed(load("ecash"), b"\xd8" * 20, "Jiaozi", "JZ", 2, PROPOSER, bytes(20), bytes(20))
    ecash.do("propose_admin", TIMELOCK_AT, sender=PROPOSER)
    for name, arguments in (("accept_admin", ()), ("set_quota", (HEIR, 100))):
        data = ecash.artifact.encode_call(name, *arguments)
        id = timelock.do("queue", ecash.address, data, sender=PROPOSER)
        wait(DELAY)
        timelock.do("execute", id, data, sender=STRANGER)
    assert ecash.read("admin") == TIMELOCK_AT
    ecash.do("mint", STRANGER, 100, sender=HEIR)


@pytest.mark.parametrize(
    ("who", "keys"), [(PROPOSER, (PROPOSER, HEIR)), (GUARDIAN, (HEIR, GUARDIAN)), (GUARDIAN, (PROPOSER, HEIR))]
)
def test_either_key_replaces_one_that_vanished_after_thirty_days(
    timelock: Placed, who: bytes, keys: tuple[bytes, bytes]
) -> None:
    data = new_keys(timelock, *keys)
    id = timelock.do("queue", TIMELOCK_AT, data, sender=who)
    wait(KEY_DELAY - 1)
    assert timelock.attempt("execute", id, data).words == "timelock: not ready"
    wait(1)
    executed = timelock.attempt("execute", id, data)
    assert executed.event("KeysChanged").arguments == {"proposer": keys[0], "guardian": keys[1]}
    assert (timelock.read("proposer"), timelock.read("guardian")) == keys


def test_nobody_sets_keys_directly(timelock: Placed) -> None:
    for who in (PROPOSER, GUARDIAN, STRANGER):
        words = timelock.attempt("set_keys", HEIR, STRANGER, sender=who).words
        assert words == "timelock: only by an operation"


@pytest.mark.parametrize(
    ("proposer", "guardian", "delay", "words"),
    [
        (bytes(20), GUARDIAN, DELAY, "timelock: a key is missing"),
        (PROPOSER, bytes(20), DELAY, "timelock: a key is missing"),
        (PROPOSER, PROPOSER, DELAY, "timelock: two keys, not one"),
        (TIMELOCK_AT, GUARDIAN, DELAY, "timelock: holds no key of its own"),
        (PROPOSER, GUARDIAN, 3_599, "timelock: delay too short"),
        (PROPOSER, GUARDIAN, 30 * DAY + 1, "timelock: delay too long"),
    ],
)
def test_what_no_timelock_can_be(proposer: bytes, guardian: bytes, delay: int, words: str) -> None:
    with pytest.raises(Exception, match=words):
        Placed(load("timelock"), TIMELOCK_AT, proposer, guardian, delay)


@pytest.mark.parametrize("delay", [3_600, 30 * DAY])
def test_an_hour_to_thirty_days(delay: int) -> None:
    assert Placed(load("timelock"), TIMELOCK_AT, PROPOSER, GUARDIAN, delay).read("delay_seconds") == delay


def test_keys_that_are_none_fail_when_executed(timelock: Placed) -> None:
    data = new_keys(timelock, HEIR, HEIR)
    id = timelock.do("queue", TIMELOCK_AT, data, sender=PROPOSER)
    wait(KEY_DELAY)
    assert timelock.attempt("execute", id, data).words == "timelock: two keys, not one"
    assert timelock.read("guardian") == GUARDIAN
