"""The single writer: validate, execute once, persist atomically, announce."""
