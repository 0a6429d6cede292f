"""Thousands of damaged frames and jobs: nothing escapes, honest state is unharmed, what a peer can fill is bounded.

JIAOZI_SEED sets the seed by hand; the long runs take 10,000.
"""

from random import Random

import pytest

from node.app.work import do_job
from node.chain.chain import Chain
from node.chain.verify import verify_chain
from node.network.frames import LIMIT_OF, Kind
from node.network.identity import PeerId
from node.primitives.block import decode_block
from node.primitives.errors import PrimitiveError
from node.primitives.rlp import as_list, decode, encode
from node.sync.core import ImportBlocks
from node.sync.jobs import ImportDone
from node.sync.wire import decode_certified
from node.validator.jobs import CheckDone, CheckJob, DecodeDone, DecodeJob
from tests.malformed import material as of
from tests.malformed.bombardment import KINDS, Bombardment
from tests.malformed.mutation import damaged_structure, mutated
from tests.unit.node.app.standing import KEYS, genesis_of
from tests.unit.node.chain.transfers import USERS, Ledger, pay

LIAR = PeerId("liar")
COUNTS = (500, pytest.param(10_000, marks=pytest.mark.long))


@pytest.mark.parametrize("count", COUNTS)
def test_mutated_frames_leave_a_network_that_still_commits(seed: int, count: int) -> None:
    world = Bombardment(seed, count)
    try:
        world.run()
    except Exception as error:
        kind, payload = world.last or (None, b"")
        raise AssertionError(f"seed {seed}, frame {sum(world.thrown.values())}: {kind} 0x{payload.hex()}") from error
    told = f"seed {seed}: {dict(world.thrown)}, {world.drops} connections dropped, {max(world.committed)} blocks"
    print(told)
    assert sum(world.thrown.values()) == count, told
    assert set(world.thrown) == set(KINDS), told
    assert world.drops > count // 20, told
    assert max(world.committed) > world.plan.heal_ms // 2_000, f"{told}: the chain hardly moved"


def test_a_seed_repeats_the_same_bombardment(seed: int) -> None:
    def digest() -> str:
        world = Bombardment(seed, 100)
        world.run()
        return world.trace.hexdigest()

    assert digest() == digest()


@pytest.mark.parametrize("count", COUNTS)
def test_mutated_transactions_are_decoded_or_refused(seed: int, count: int) -> None:
    random, chain = Random(seed), Ledger(genesis_of(False)).chain
    good = of.transactions(pay(USERS[0], 0).raw, pay(USERS[1], 0).raw)
    refused = 0
    for index in range(count):
        payload = mutated(random, good, LIMIT_OF[Kind.TRANSACTIONS])
        try:
            done = do_job(chain, DecodeJob(LIAR, payload), lambda: 0)
        except Exception as error:
            raise AssertionError(f"seed {seed}, payload {index}: 0x{payload.hex()}") from error
        assert isinstance(done, DecodeDone) and bool(done.refused) == (done.refused is not None)
        assert not (done.refused and done.transactions)
        refused += done.refused is not None
    assert refused > count // 2, f"seed {seed}: the damage hardly shows"


@pytest.mark.parametrize("count", COUNTS)
def test_mutated_blocks_are_imported_as_they_were_or_refused(seed: int, count: int) -> None:
    random, chain, refused = Random(seed), Ledger(genesis_of(False)).chain, 0
    for index in range(count):
        entry = damaged_structure(random, of.certified(1)) if index % 2 else _damaged_and_resealed(random)
        try:
            done = do_job(chain, ImportBlocks(LIAR, (entry, of.certified(2))), lambda: 0)
            _check_block(chain, entry)
        except Exception as error:
            raise AssertionError(f"seed {seed}, entry {index}: 0x{entry.hex()}") from error
        assert isinstance(done, ImportDone)
        refused += done.refused is not None
        if chain.head.number:  # the damage left a block that a quorum did seal: then it holds
            verify_chain(chain, lambda done, total: None)
            chain = Ledger(genesis_of(False)).chain
    assert refused > count // 2, f"seed {seed}: the damage hardly shows"
    chain.import_block(of.block(1), of.certificate(1))
    assert chain.head.number == 1


def _damaged_and_resealed(random: Random) -> bytes:
    """What a dishonest quorum could certify: a damaged block whose seals are good."""
    block, _ = as_list(decode(of.certified(1)))
    raw = damaged_structure(random, encode(block))
    try:
        header_hash = decode_block(raw).hash
    except PrimitiveError:
        return encode([raw, b""])
    return encode([decode(raw), of.seals(header_hash, KEYS[:3])])


def _check_block(chain: Chain, entry: bytes) -> None:
    """As a proposal would have it executed."""
    try:
        block = decode_certified(entry).block
    except PrimitiveError:
        return
    assert isinstance(do_job(chain, CheckJob(block), lambda: 0), CheckDone)
