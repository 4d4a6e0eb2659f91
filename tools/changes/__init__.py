"""What changed for readers between two editions: `make changes FROM=v1.0.0`."""
