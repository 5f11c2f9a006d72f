"""Errors of the settings.

SettingsError
"""

from models.errors import TekhneError


class SettingsError(TekhneError):
    """A setting has a value that cannot be used; the message names the setting, the value and what it may be."""
