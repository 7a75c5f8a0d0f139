"""A format whose reader has a bug that nobody foresaw."""


class OddFormat(str):
    """Breaks whoever looks it up, in any process."""

    __slots__ = ()

    def __hash__(self) -> int:
        message = "a bug"
        raise ZeroDivisionError(message)
