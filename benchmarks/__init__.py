"""How much of a processor Beseda needs, measured from outside: python -m benchmarks."""
