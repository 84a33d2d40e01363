"""Back office: a visit's transcript in, notes with their sources out, and the check of every sentence of a note."""
