"""The methods, one group a file; `table` puts them together."""
