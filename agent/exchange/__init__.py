"""Files for translators and what comes back: messages as PO and XLIFF, sentences as CSV; nothing is saved here."""
