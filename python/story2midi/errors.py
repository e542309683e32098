"""What the library raises, by who can mend it."""


class Error(Exception):
    """Work that cannot be done. Its text is one line: place, fault, what was expected and what was found."""

    where: str = ""
    """The place, such as "story.mid: byte 412"."""
    fault: str = ""
    expected: str = ""
    actual: str = ""


class InvalidInput(Error, ValueError):
    """A text, file, plan or option that is not as it must be."""


class NotFound(Error, FileNotFoundError):
    """A file, folder or soundfont that does not exist."""


class Unsupported(Error):
    """Well-formed, but of a kind that is not read or written."""


class BrokenModel(Error):
    """A model file that is damaged, or does not belong with the others."""


class LimitExceeded(Error, ValueError):
    """Larger than the library allows."""


class SystemFault(Error, OSError):
    """The operating system or a library underneath refused."""


class Cancelled(Exception):
    """A `progress` function returned False."""
