# pragma version 0.4.3
# pragma evm-version prague
"""
@title Deadlines that really come
@license Apache-2.0
@notice A deadline is a second of the block clock. It is met up to and in that second, and has passed in the next.
        None lies further ahead than ten years, so that money put aside always comes free. Banking days are counted
        Monday to Friday in UTC; a network has no holidays of its own.
"""

DAY_SECONDS: constant(uint256) = 24 * 60 * 60
MAX_TERM_SECONDS: constant(uint256) = 10 * 366 * 24 * 60 * 60
DAYS_PER_WEEK: constant(uint256) = 7
BANKING_DAYS_PER_WEEK: constant(uint256) = 5
# 1 January 1970 was a Thursday; counted from Monday, day 3.
FIRST_WEEKDAY: constant(uint256) = 3


@internal
@view
def _check_ahead(deadline: uint256):
    assert deadline > block.timestamp, "deadlines: has passed already"
    assert deadline <= block.timestamp + MAX_TERM_SECONDS, "deadlines: too far ahead"


@internal
@view
def _has_passed(deadline: uint256) -> bool:
    return block.timestamp > deadline


@internal
@pure
def _after_banking_days(start: uint256, days: uint256) -> uint256:
    """
    @dev The same second of the day, `days` banking days on. Saturday and Sunday count as the Friday before them.
    """
    weekday: uint256 = (start // DAY_SECONDS + FIRST_WEEKDAY) % DAYS_PER_WEEK
    counted_from: uint256 = min(weekday, BANKING_DAYS_PER_WEEK - 1)
    weeks: uint256 = (counted_from + days) // BANKING_DAYS_PER_WEEK
    target: uint256 = (counted_from + days) % BANKING_DAYS_PER_WEEK
    return start + (weeks * DAYS_PER_WEEK + target - weekday) * DAY_SECONDS
