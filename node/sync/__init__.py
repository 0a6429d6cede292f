"""Block sync: a stopped or new node catches up from its peers; certificates prove what it takes."""
