# pragma version 0.4.3
# pragma evm-version prague
"""
@title Facts that are whatever they were set to
@license Apache-2.0
@notice Only for tests of what asks about facts.
"""

finals: HashMap[bytes32, bool]
outcomes: HashMap[bytes32, uint256]


@external
def set(id: bytes32, outcome: uint256):
    self.finals[id] = True
    self.outcomes[id] = outcome


@external
@view
def outcome(id: bytes32) -> (bool, uint256):
    return self.finals[id], self.outcomes[id]
