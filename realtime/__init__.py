"""Moving messages between people: from a frame on one socket to frames on many."""
