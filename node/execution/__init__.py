"""execute(pre-state, block) -> result and state diff; engines behind one Protocol."""
