# pragma version 0.4.3
# pragma evm-version prague
"""
@title Dividing money exactly
@license Apache-2.0
@notice Shares of an amount by weight, rounded by the largest remainder (Hamilton's method): every leg is its exact
        share rounded down or up to the minor unit, and the legs add up to the amount, always. Of equal remainders
        the earlier leg is rounded up, so anyone can recompute it.
"""

MAX_LEGS: constant(uint256) = 16
# Keeps every product below 2**256: 2**128 minor units is more than any money supply.
MAX_AMOUNT: constant(uint256) = 2**128
BASIS_POINTS: constant(uint256) = 10_000


@internal
@pure
def _split(amount: uint256, weights: DynArray[uint256, MAX_LEGS]) -> DynArray[uint256, MAX_LEGS]:
    assert amount <= MAX_AMOUNT, "split: amount out of range"
    total: uint256 = 0
    for weight: uint256 in weights:
        assert weight < MAX_AMOUNT, "split: weight out of range"
        total += weight
    assert total > 0, "split: no weights"
    legs: DynArray[uint256, MAX_LEGS] = []
    remainders: DynArray[uint256, MAX_LEGS] = []
    given: uint256 = 0
    for weight: uint256 in weights:
        legs.append(amount * weight // total)
        remainders.append(amount * weight % total)
        given += amount * weight // total
    # Fewer units than legs are left over; each goes to the largest remainder not served yet.
    for _: uint256 in range(amount - given, bound=MAX_LEGS):
        best: uint256 = 0
        for i: uint256 in range(len(remainders), bound=MAX_LEGS):
            if remainders[i] > remainders[best]:
                best = i
        legs[best] += 1
        remainders[best] = 0
    return legs


@internal
@pure
def _share(amount: uint256, basis_points: uint256) -> uint256:
    """
    @dev Hundredths of a percent of an amount, half a unit rounded up: how interest, fees and taxes are rounded.
    """
    assert amount <= MAX_AMOUNT, "split: amount out of range"
    assert basis_points < MAX_AMOUNT, "split: weight out of range"
    return (amount * basis_points + BASIS_POINTS // 2) // BASIS_POINTS
