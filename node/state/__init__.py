"""Merkle-Patricia tries: reads of a pre-state; a diff in, a root and the node writes out."""
