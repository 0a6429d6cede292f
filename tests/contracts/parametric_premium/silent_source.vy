# pragma version 0.4.3
# pragma evm-version prague
"""
@title A source of facts that promises a deadline and then says too little, or nothing
@license Apache-2.0
@notice Only for tests. Of question zero it reverts, of any other it answers one word.
"""


@external
@view
def last_deadline(id: bytes32) -> uint256:
    return 1_000 + block.timestamp


@external
@view
def outcome(id: bytes32) -> uint256:
    assert id != empty(bytes32), "silent: no"
    return 1
