"""The health page names every setting and tells no secret."""

from app.queries.health import shown_settings
from settings import Settings

SECRETS = ("TEKHNE_TOKEN", "TEKHNE_ENDPOINT_KEY", "TEKHNE_TEACHER_KEY")


def test_secrets_are_set_or_not_set_and_never_shown() -> None:
    bare = shown_settings(Settings())
    assert {bare[name] for name in SECRETS} == {"not set"}
    settings = Settings(
        token="t0ken", endpoint_key="k3y", teacher_key="l3sson", db="postgresql://user:passw0rd@localhost/tekhne"
    )  # type: ignore[arg-type]  # pydantic makes secrets of them
    shown = shown_settings(settings)
    assert {shown[name] for name in SECRETS} == {"set"}
    told = " ".join(shown.values())
    assert not [secret for secret in ("t0ken", "k3y", "l3sson", "passw0rd") if secret in told]
