"""The JSON API, and what operators and load balancers ask for."""
