"""What a hub's lead holds: a page, an update for each partner and term, calendars, a workbook."""
