"""One file a command: EXAMPLE, `configure` for its flags, `run` from the arguments to the result."""
