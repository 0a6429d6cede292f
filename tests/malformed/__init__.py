"""What is malformed and what it is answered: the table, mutated frames and jobs, and a live node under both."""
