"""What can go wrong for a user, each as one sentence that says what to do."""


class AssistantError(Exception):
    """A problem that the user can mend. Its text is all that the user is shown."""


class ContentError(AssistantError):
    """A routine, phrase, settings or scenario file that cannot be used."""


class ModelError(AssistantError):
    """A speech model that is missing, broken or does not know a word."""


class AudioError(AssistantError):
    """A sound device or sound file that cannot be used."""


class SpeechError(AssistantError):
    """Speech that cannot be synthesised."""


class OutputError(AssistantError):
    """A file that cannot be written."""
