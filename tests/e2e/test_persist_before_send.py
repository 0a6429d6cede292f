"""kill -9 loses no page cache, so it cannot show that a message waits for its sign-state to be on disk; strace can.

A payment with 60 KB of data makes a Proposal that is the proposer's only large write to a socket, and its sign-state,
which holds the block, a large write to a file. strace holds every fdatasync back by 300 ms, which is longer than
anything else here takes; all the same the sign-state's must have returned before the Proposal's first byte leaves.
"""

import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from node.primitives.types import Address
from scripts.network import Network

pytestmark = pytest.mark.e2e

LARGE = 30_000
HELD_BACK_S = 0.3
SIGN_STATE = re.compile(r"pwrite64\(\d+<[^>]*/sign-state>")
SEND = re.compile(r"(sendto|sendmsg|write|writev)\(\d+<(TCP|socket)")
CALLS = "pwrite64,fdatasync,sendto,sendmsg,write,writev"


@contextmanager
def traced(pid: int, output: Path) -> Iterator[None]:
    """The system calls of all threads of a process, with file names, one a line, in the order of their beginning."""
    delay = f"inject=fdatasync:delay_exit={int(HELD_BACK_S * 1e6)}"
    command = ["strace", "-f", "-y", "-s", "0", "-ttt", "-T", "-e", f"trace={CALLS}", "-e", delay]
    command += ["-o", str(output), "-p", str(pid)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    attached = process.stderr.readline()
    assert "attached" in attached, attached
    drain = threading.Thread(target=process.stderr.read)
    drain.start()
    try:
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(10)
        drain.join()


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace: apt-get install strace")
def test_the_sign_state_is_on_disk_before_the_proposal_leaves(own_network: Network, tmp_path: Path) -> None:
    client, payer = own_network.client(0), own_network.payer(4)
    pids = [validator.pid for validator in own_network.validators]
    statuses = [own_network.client(index).call("qbft_status") for index in range(4)]
    own = [next(entry["address"] for entry in status["validators"] if entry["self"]) for status in statuses]
    for _ in range(8):  # until it is the turn of one that did not take the payment in, and so offers it to nobody
        with ExitStack() as stack:
            for pid in pids:
                stack.enter_context(traced(pid, tmp_path / f"trace-{pid}"))
            raw = payer.sign(Address(bytes(19) + b"\x99"), os.urandom(60_000), gas=5_000_000)
            receipt = client.call("eth_sendRawTransactionSync", raw, 30_000)
            block = client.call("eth_getBlockByNumber", receipt["blockNumber"], False)
        proposer = own.index(block["miner"])
        if proposer != 0:
            synced, sent = moments((tmp_path / f"trace-{pids[proposer]}").read_text().splitlines())
            assert synced < sent, f"the sign-state was synced at {synced}, the proposal left at {sent}"
            return
    pytest.fail("the first validator proposed eight blocks in a row")


def moments(lines: list[str]) -> tuple[float, float]:
    """When the fdatasync of the large sign-state returned, and when the first large send began."""
    written = next(at for at, line in enumerate(lines) if SIGN_STATE.search(line) and _size(line))
    thread = lines[written].split()[0]
    synced = next(
        line
        for line in lines[written:]
        if line.startswith(f"{thread} ") and "fdatasync" in line and re.search(r"= 0( \(DELAYED\))?( <.*>)?$", line)
    )
    sent = next(line for line in lines if SEND.search(line) and _size(line))
    return _returned(synced), float(sent.split()[1])


def _size(line: str) -> bool:
    """Whether the call moves a large piece: its length argument, or for sendmsg what it returned."""
    return any(int(number) >= LARGE for number in re.findall(r"(?:, |= )(\d{4,})", line))


def _returned(line: str) -> float:
    """A call on one line has the time of its beginning and how long it took, a resumed one that of its return; what
    strace holds back comes on top."""
    assert "(DELAYED)" in line, f"strace did not hold it back: {line}"
    at = float(line.split()[1])
    took = re.search(r"<(\d+\.\d+)>$", line)
    return (at if "resumed" in line or took is None else at + float(took[1])) + HELD_BACK_S
