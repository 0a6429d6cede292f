"""What keeps a node from starting; each message says what to do.

AppError
 ├── BadConfiguration     a key of node.toml or a flag
 ├── BadFolder            a data folder that lacks something, or has something already
 └── PortTaken            another program listens there
"""

from dataclasses import dataclass


class AppError(Exception):
    pass


@dataclass
class BadConfiguration(AppError):
    key: str
    problem: str

    def __str__(self) -> str:
        return f"configuration: {self.key} {self.problem}"


@dataclass
class BadFolder(AppError):
    path: str
    problem: str

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}"


@dataclass
class PortTaken(AppError):
    port: int
    purpose: str

    def __str__(self) -> str:
        return f"port {self.port} ({self.purpose}) is taken by another program: free it, or choose another port"
