"""What answers requests: pages, the JSON API, sockets and the operators' corner."""
