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
    """`refused` says what was wrong with the first block that was not taken."""

    peer: PeerId
    refused: str | None


def import_blocks(chain: Chain, job: ImportBlocks) -> ImportDone:
    """Verifies, executes and commits; blocks that the chain has by now are passed over."""
    for raw in job.raw_blocks:
        try:
            certified = decode_certified(raw)
            if certified.block.number > chain.head.header.number:
                chain.import_block(certified.block, certified.certificate)
        except (PrimitiveError, ChainError, ExecutionError) as error:
            return ImportDone(job.peer, str(error))
    return ImportDone(job.peer, None)
