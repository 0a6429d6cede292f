"""Pool and head -> candidate block."""

from node.builder.build import Built, build_block

__all__ = ["Built", "build_block"]
