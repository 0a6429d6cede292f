"""The machine that the figures are of, and whether it had time for us."""

import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import psutil

BUSY_SHARE: Final = 0.15
"""Of all cores, in use by others before we start; above it the figures are not the ledger's alone."""
WATCHED_S: Final = 2.0
PACKAGES: Final = ("coincurve", "libp2p", "plyvel", "py-evm", "uvicorn", "uvloop")


def describe(root: Path) -> dict[str, Any]:
    """Watches the processor for two seconds."""
    busy = psutil.cpu_percent(interval=WATCHED_S) / 100
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memoryBytes": psutil.virtual_memory().total,
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": sys.version.split()[0],
        "packages": {name: version(name) for name in PACKAGES},
        "commit": _commit(root),
        "began": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "loadAverageBefore": [round(value, 2) for value in os.getloadavg()],
        "busyBefore": round(busy, 3),
    }


def warnings(machine: dict[str, Any]) -> Sequence[str]:
    found = []
    if machine["busyBefore"] > BUSY_SHARE:
        found.append(
            f"others use {machine['busyBefore']:.0%} of the processor (load {machine['loadAverageBefore'][0]}): "
            "these figures are too low to keep; repeat on a quiet machine"
        )
    elif machine["loadAverageBefore"][0] > machine["cores"] / 2:
        found.append(
            f"the load of the last minute was {machine['loadAverageBefore'][0]} on {machine['cores']} cores: "
            "the machine may become busy again meanwhile"
        )
    return found


def words(machine: dict[str, Any]) -> str:
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memoryBytes'] / 2**30:.1f} GiB; "
        f"{machine['system']}; Python {machine['python']}; commit {machine['commit']}; {machine['began']}; "
        f"before: load {machine['loadAverageBefore'][0]}, {machine['busyBefore']:.0%} busy"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or "unknown processor"


def _commit(root: Path) -> str:
    """With a plus sign where the checkout differs from it."""
    command = ["git", "-C", str(root), "describe", "--always", "--dirty=+", "--exclude=*"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return "unknown"
