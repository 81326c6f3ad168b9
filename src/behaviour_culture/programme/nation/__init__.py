"""A national programme, simulated."""
