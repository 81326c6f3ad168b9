"""An example of a service on behaviour_culture: audit, plan, schedule, forecast, report."""
