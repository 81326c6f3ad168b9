"""Published tables of the Department for Education, read by column name and checked."""
