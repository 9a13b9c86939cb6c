"""The engine's small family of errors. The message is what a person reads."""


class EngineError(Exception):
    """Something the engine refuses, with a sentence that says why."""


class NotFoundError(EngineError):
    """There is no such object, or it belongs to another team."""


class ConflictError(EngineError):
    """The object has moved on since the person looked at it."""


class NotAllowedError(EngineError):
    """The move is not in the table of allowed moves, or not this person's to make."""


class InvalidInputError(EngineError):
    """What was handed in cannot be used: an input, a definition, a file. One sentence for each thing wrong with it."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


class PermanentError(EngineError):
    """A handler's failure that trying again cannot mend: an encrypted PDF, a 404 repository."""


class TransientError(EngineError):
    """A handler's failure that trying again may mend: a time-out, a busy server."""


class StorageError(TransientError):
    """The store of files refuses, or does not answer. A node tries again; a page says it in a sentence."""
