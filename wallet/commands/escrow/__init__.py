"""The commands about escrow, one file each."""
