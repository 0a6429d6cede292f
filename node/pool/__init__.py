"""Transactions that wait for a block; pure: the state, the base fee and the time are arguments."""
