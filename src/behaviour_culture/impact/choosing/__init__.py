"""Which steps to choose under hours, money, launches and prerequisites, and in what order."""
