"""The validating shell's decisions: consensus, the pool and its offers to peers, as events in and effects out."""
