"""The action plan as an Excel workbook that people change, and that comes back."""
