"""Finding messages: what is asked, what is found, and the index behind it."""
