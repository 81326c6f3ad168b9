"""The folders of content; nothing is run here."""
