"""What makes a benchmark worthless: it ends with a sentence instead of a figure."""


class BenchmarkFailed(Exception):
    pass
