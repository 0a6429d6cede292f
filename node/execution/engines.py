"""The engines that are installed, by the names that the command line knows."""

from typing import Final

from node.execution.engine import Engine
from node.execution.errors import ExecutionError
from node.execution.pyevm import PyEvmEngine

NAMES: Final = ("auto", "pyevm")


class EngineUnavailable(ExecutionError):
    pass


def load_engine(name: str) -> Engine:
    """`auto` is the fastest there is. Raises EngineUnavailable."""
    if name not in NAMES:
        raise EngineUnavailable(f"engine {name!r} is not installed; there is {', '.join(NAMES)}")
    return PyEvmEngine()


def describe() -> str:
    """One line for `scripts/setup`: which engine `auto` gives."""
    return f"{load_engine('auto').name} (py-evm)"
