"""The clock of a development network: larger wins, everybody is told, a restart reads it off the head."""

import pytest

from node.app.development_clock import TOLERATED_AHEAD_S, DevelopmentClock, decode_clock, encode_clock
from node.network.frames import LIMIT_OF, Kind
from node.primitives.errors import RlpError
from node.primitives.rlp import encode, encode_int
from tests.unit.node.app.standing import OBSERVER, PEERS, Standing, drops, sent

NOW = 1_900_000_000


def test_the_wall_is_ours_plus_the_offset_and_never_before_what_was_asked_for() -> None:
    assert DevelopmentClock().wall(NOW) == NOW
    assert DevelopmentClock(60).wall(NOW) == NOW + 60
    assert DevelopmentClock(60, NOW + 10).wall(NOW) == NOW + 60
    assert DevelopmentClock(60, NOW + 90).wall(NOW) == NOW + 90


def test_what_is_further_ahead_wins_whoever_says_it_first() -> None:
    settings = [DevelopmentClock(5), DevelopmentClock(9, NOW), DevelopmentClock(0, NOW + 3)]
    for order in (settings, settings[::-1]):
        clock = DevelopmentClock()
        for each in order:
            clock.merge(each)
        assert clock == DevelopmentClock(9, NOW + 3)


def test_merging_says_whether_it_changed_anything() -> None:
    clock = DevelopmentClock()
    assert clock.merge(DevelopmentClock(9))
    assert not clock.merge(DevelopmentClock(9))
    assert not clock.merge(DevelopmentClock(3))
    assert clock.merge(DevelopmentClock(0, NOW))


def test_a_timestamp_that_a_block_has_is_forgotten_and_time_goes_on_from_it() -> None:
    clock = DevelopmentClock(0, NOW + 100)
    clock.upon_head(NOW + 50, NOW)
    assert clock.next_timestamp == NOW + 100, "that block came before it"
    clock.upon_head(NOW + 100, NOW + 1)
    assert clock == DevelopmentClock(99)


def test_after_a_restart_the_head_says_how_far_the_network_has_been_moved() -> None:
    clock = DevelopmentClock()
    clock.upon_head(NOW + TOLERATED_AHEAD_S, NOW)
    assert clock == DevelopmentClock(), "clocks differ a little without anybody having moved them"
    clock.upon_head(NOW + 3_600, NOW)
    assert clock.wall(NOW) == NOW + 3_600


def test_a_block_later_than_its_timestamp_never_makes_an_offset_that_cannot_be_sent() -> None:
    """A timestamp in the past of the clock is asked for, and the block is heard of a second after it was made."""
    clock = DevelopmentClock(0, NOW - 10)
    clock.upon_head(NOW, NOW + 1)
    assert clock == DevelopmentClock(0, None)
    assert decode_clock(encode_clock(clock)) == clock


@pytest.mark.parametrize("clock", [DevelopmentClock(), DevelopmentClock(2**40, 2**40), DevelopmentClock(1, NOW)])
def test_a_setting_read_back_is_the_same_and_fits_its_frame(clock: DevelopmentClock) -> None:
    assert decode_clock(encode_clock(clock)) == clock
    assert len(encode_clock(clock)) <= LIMIT_OF[Kind.DEVELOPMENT_CLOCK]


def test_a_setting_beyond_all_use_is_refused() -> None:
    with pytest.raises(RlpError, match="a development clock beyond all use"):
        decode_clock(encode([encode_int(2**40 + 1), b""]))


def test_moving_the_clock_tells_everybody_once() -> None:
    node = Standing(development=True)
    (told,) = sent(node.ledger.move_clock(DevelopmentClock(60)), Kind.DEVELOPMENT_CLOCK)
    assert decode_clock(told) == DevelopmentClock(60)
    assert node.ledger.move_clock(DevelopmentClock(60)) == ()


def test_who_joins_is_told_where_the_clock_has_been_moved() -> None:
    node = Standing(development=True)
    assert sent(node.join(PEERS[1]), Kind.DEVELOPMENT_CLOCK) == []
    node.ledger.move_clock(DevelopmentClock(60))
    assert sent(node.join(PEERS[2]), Kind.DEVELOPMENT_CLOCK) == [encode_clock(DevelopmentClock(60))]


def test_a_peer_moves_the_clock_of_a_development_network_only() -> None:
    payload = encode_clock(DevelopmentClock(60))
    node = Standing(development=True)
    assert node.frame(PEERS[1], Kind.DEVELOPMENT_CLOCK, payload) == []
    assert node.ledger.clock.offset_s == 60
    real = Standing()
    assert drops(real.frame(OBSERVER, Kind.DEVELOPMENT_CLOCK, payload)) == [
        "moves the clock of a network that is not for development"
    ]
    assert real.ledger.clock == DevelopmentClock()
