"""Errors of the settings.

SettingsError
"""


class SettingsError(Exception):
    """A setting has a value that cannot be used; the message names the setting, the value and what it may be."""
