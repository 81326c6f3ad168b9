"""How far raters agree beyond chance: kappa, alpha, intraclass correlation."""
