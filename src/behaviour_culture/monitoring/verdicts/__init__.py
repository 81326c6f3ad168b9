"""From a result to a measure, and from measures to a verdict in honest words."""
