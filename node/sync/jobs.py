"""Taking blocks that a peer sent: the work of `ImportBlocks`, for a worker thread or the simulation."""

from dataclasses import dataclass

from node.chain.chain import Chain
from node.chain.errors import ChainError
from node.execution.errors import ExecutionError
from node.network.identity import PeerId
from node.primitives.errors import PrimitiveError
from node.sync.core import ImportBlocks
from node.sync.wire import decode_certified


@dataclass(frozen=True, slots=True)
class ImportDone:
    """`taken` blocks were new; `refused` says what was wrong with the first that was not taken."""

    peer: PeerId
    taken: int
    refused: str | None


def import_blocks(chain: Chain, job: ImportBlocks) -> ImportDone:
    """Verifies, executes and commits; blocks that the chain has by now are passed over."""
    taken = 0
    for raw in job.raw_blocks:
        try:
            certified = decode_certified(raw)
            if certified.block.number > chain.head.header.number:
                chain.import_block(certified.block, certified.certificate)
                taken += 1
        except (PrimitiveError, ChainError, ExecutionError) as error:
            return ImportDone(job.peer, taken, str(error))
    return ImportDone(job.peer, taken, None)
