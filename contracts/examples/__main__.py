"""`python -m contracts.examples`: which stories there are."""

from contracts.examples import names, words_of

for name in names():
    print(f"{name:32} {words_of(name)}")
print("\nTell one with: python -m contracts.examples.NAME")
