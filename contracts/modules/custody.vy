# pragma version 0.4.3
# pragma evm-version prague
"""
@title Which accounts hold the money of others
@license Apache-2.0
@notice The directory's word, asked anew each time. A contract that is listed pays its parties in a pause; one that
        ever was listed is beyond freeze, seizure and recovery for good, so that no list can be used to reach the
        money of a custody contract's parties.
"""

from ..interfaces import IDirectory

directory: public(immutable(address))


@deploy
def __init__(directory_of_the_network: address):
    directory = directory_of_the_network


@external
@view
def is_custodian(account: address) -> bool:
    """
    @notice Whether an account is listed as custody now.
    @param account The account.
    @return True if the directory lists it.
    """
    return self._is_custodian(account)


@external
@view
def was_custodian(account: address) -> bool:
    """
    @notice Whether an account is, or once was, listed as custody.
    @param account The account.
    @return True if the directory ever listed it.
    """
    return self._was_custodian(account)


@internal
@view
def _is_custodian(account: address) -> bool:
    # Custody is code; to ask that first spares people's payments the directory.
    return self._is_code(account) and staticcall IDirectory(directory).is_custodian(account)


@internal
@view
def _was_custodian(account: address) -> bool:
    return self._is_code(account) and staticcall IDirectory(directory).was_custodian(account)


@internal
@view
def _is_code(account: address) -> bool:
    return account.is_contract and directory != empty(address)
