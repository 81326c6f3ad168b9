"""The planning index: gap x effect x reach x fidelity, with all of it uncertain."""
