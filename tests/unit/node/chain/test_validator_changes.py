"""The set changes on a chain: every header names who must seal the next block, and nobody else's seals count."""

from collections.abc import Iterator

import pytest

from node.chain.errors import CertificateRefused
from node.chain.verify import verify_chain
from node.execution.block import child_environment
from node.primitives.certificate import CommitCertificate, seal_digest, validator_set_hash
from node.primitives.types import Address
from tests.unit.node.governed import KEYS, Governed


@pytest.fixture
def governed() -> Iterator[Governed]:
    node = Governed(4)
    yield node
    node.close()


def addresses(*numbers: int) -> tuple[Address, ...]:
    return tuple(sorted(KEYS[number].address for number in numbers))


def vote_in(governed: Governed, number: int, not_before: int = 0) -> int:
    """The block from which the new validator counts."""
    governed.act(KEYS[number], "validators", "set_candidate", True)
    governed.decide("validators", "propose_add", KEYS[number].address, not_before)
    return max(not_before, governed.chain.head.number + 2)


@pytest.mark.parametrize("ahead", [0, 9])
def test_headers_name_the_set_of_the_next_block(governed: Governed, ahead: int) -> None:
    effective = vote_in(governed, 4, governed.chain.head.number + ahead)
    while governed.chain.head.number < effective + 2:
        governed.mine()
    chain = governed.chain
    for number in range(1, chain.head.number + 1):
        expected = addresses(0, 1, 2, 3) if number < effective else addresses(0, 1, 2, 3, 4)
        assert chain.validators(number) == expected
        parent = chain.header(number - 1)
        assert parent is not None and parent.extra_data == validator_set_hash(expected)
    assert [number for number, _ in chain.set_changes()] == [0, effective - 1]


def test_a_chain_whose_set_grew_was_replaced_and_shrank_verifies(governed: Governed) -> None:
    vote_in(governed, 4)
    for _ in range(2):
        governed.mine()
    governed.act(KEYS[5], "validators", "set_candidate", True)
    governed.decide("validators", "propose_replace", KEYS[0].address, KEYS[5].address, 0)
    for _ in range(2):
        governed.mine()
    governed.decide("validators", "propose_remove", KEYS[1].address, 0)
    for _ in range(3):
        governed.mine()
    assert governed.chain.head.next_validators == addresses(2, 3, 4, 5)
    assert len(list(governed.chain.set_changes())) == 4
    verify_chain(governed.chain, lambda done, of: None)


@pytest.mark.parametrize(("early", "accepted"), [(True, False), (False, True)])
def test_a_new_validators_seal_counts_from_its_block_on(governed: Governed, early: bool, accepted: bool) -> None:
    """Two old ones and the new one are a quorum of neither set but the one that has it."""
    effective = vote_in(governed, 4)
    while governed.chain.head.number < effective - (2 if early else 1):
        governed.mine()
    chain, parent = governed.chain, governed.chain.head.header
    environment = child_environment(
        parent, chain.config, coinbase=KEYS[0].address, timestamp=governed.now(), block_hash=chain.block_hash
    )
    made = chain.complete(parent, environment, (), chain.begin(parent, environment).finish())
    digest = seal_digest(chain.config.chain_id, chain.genesis_hash, made.block.hash, 0)
    seals = [KEYS[number].sign(digest) for number in ((0, 1, 4) if early else (0, 1, 2, 4))]
    certificate = CommitCertificate(0, tuple(seals))
    if accepted:
        assert chain.commit(made, certificate).number == effective
    else:
        with pytest.raises(CertificateRefused):
            chain.commit(made, certificate)
