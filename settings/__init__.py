"""Every setting of Tekhne in one place: `TEKHNE_*` in the environment or in `.env`.

Both processes and the command line read this room; of ours it imports only the root of the errors. `docs/settings.md`
documents each field, and a test fails on one that it does not.
"""

from settings.errors import SettingsError
from settings.fields import Settings, load_settings

__all__ = ["Settings", "SettingsError", "load_settings"]
