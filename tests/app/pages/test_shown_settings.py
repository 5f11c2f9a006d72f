"""The health page names every setting and tells no secret."""

from app.pages.health import shown_settings
from settings import Settings


def test_secrets_are_set_or_not_set_and_never_shown() -> None:
    bare = shown_settings(Settings())
    assert (bare["TEKHNE_TOKEN"], bare["TEKHNE_ENDPOINT_KEY"]) == ("not set", "not set")
    settings = Settings(token="t0ken", endpoint_key="k3y", db="postgresql://user:passw0rd@localhost/tekhne")  # type: ignore[arg-type]  # pydantic makes secrets of them
    shown = shown_settings(settings)
    assert (shown["TEKHNE_TOKEN"], shown["TEKHNE_ENDPOINT_KEY"]) == ("set", "set")
    told = " ".join(shown.values())
    assert not [secret for secret in ("t0ken", "k3y", "passw0rd") if secret in told]
