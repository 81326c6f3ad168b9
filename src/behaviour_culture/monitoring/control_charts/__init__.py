"""Control charts: limits, rules, and the chart as it may be published."""
