"""Deterministic simulation: the real consensus, pool, chain and sync under virtual time; one seed replays a run."""
