"""Words meant for a person: marked where they stand, said in that person's language where they are shown."""


def N_(message: str) -> str:  # noqa: N802 (gettext's own name for it)
    """The same text; marks it for the catalogue of the console (`locales/console.pot`)."""
    return message


class Sayable(Exception):
    """An exception whose reason a person reads: `why` is a sentence with %(name)s gaps for `values`, so that the
    console can say it in another language; `str()` is the English sentence."""

    def __init__(self, why: str = "", **values: object) -> None:
        super().__init__(why % values if values else why)
        self.why, self.values = why, values
