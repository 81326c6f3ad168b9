"""What a Word file is made of, below the blocks of a document."""
