"""What collecting is, before it is started: every field with its default and its bounds."""

import re
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import field_validator, model_validator

from models.enums import JobKind, TestsKind
from models.specification import Between, Name, Sampling, Storable
from models.work.specification import WorkSpecification, folder_name

TEACHERS = (
    ("canonical", "canonical: the problem's own solution"),
    ("endpoint", "endpoint: an OpenAI-compatible server, with its URL"),
    ("kimi", "kimi: Moonshot"),
    ("openai", "openai"),
    ("deepseek", "deepseek"),
    ("openrouter", "openrouter"),
    ("gemini", "gemini: by API key"),
    ("vertex", "vertex: Gemini through Vertex AI"),
    ("base", "base: one of this store, asked like a chat model"),
)
"""Teachers that a job can ask, each with its words on the form; `worker.teachers` has all."""


class CollectSpecification(WorkSpecification):
    """Failed attempts of one problem set, taught by one teacher."""

    JOB_KIND = JobKind.COLLECT

    problems: Storable
    """The problem set, by name."""
    base: Storable = ""
    """The base that writes drafts; empty: mutants only."""
    samples: Annotated[int, Between(1, 10_000)] = 16
    """Drafts per problem."""
    sampling: Sampling = Sampling(temperature=1.0, top_p=1.0, max_new_tokens=384)
    """How the drafts are drawn."""
    seed: Annotated[int, Between(0, 2**31 - 1)] = 1
    """Seed of drafts and mutants."""
    mutants: Annotated[int, Between(0, 10_000)] = 0
    """Mutants of the canonical solution per problem, as attempts."""
    teacher: Name = "canonical"
    """Who teaches."""
    url: Storable = ""
    """The teacher's server, where it is not the usual one."""
    model: Storable = ""
    """The server's model, or the base that teaches."""
    command: Storable = ""
    """The program that teaches. A job can have none: whoever can write to the store could then run any program."""
    project: Storable = ""
    """The Google Cloud project of the teacher vertex."""
    location: Storable = ""
    """Its region; global where left out."""
    concurrency: Annotated[int, Between(0, 64)] = 0
    """Concurrent requests; 0: 4 where the teacher allows it, else 1."""
    budget_tokens: Annotated[int | None, Between(1, 10**12)] = None
    """Stop before the teacher exceeds this many tokens."""
    budget_usd: Annotated[float | None, Between(0, 10**9)] = None
    """Stop before it exceeds this many US dollars."""
    input_usd: Annotated[float | None, Between(0, 10**6)] = None
    """US dollars per million input tokens."""
    output_usd: Annotated[float | None, Between(0, 10**6)] = None
    """US dollars per million output tokens."""
    feed: TestsKind = TestsKind.HIDDEN
    """The tests whose trace the critic is shown."""
    each_problem: Annotated[int, Between(1, 100_000)] = 24
    """Verified lessons per problem, at most."""
    each_class: Annotated[int, Between(1, 100_000)] = 8
    """Verified lessons per error class of a problem, at most."""
    transcript_set: Name = ""
    """The set of transcripts that they are added to; empty: only the store's."""
    target: Storable = ""
    """The base whose training says which problems are in-distribution; by default the base that writes drafts."""
    force: bool = False
    """Collect from held-out problems; the transcripts are marked."""

    @field_validator("problems")
    @classmethod
    def _named(cls, name: str) -> str:
        if not name:
            raise ValueError("collecting needs a problem set")
        return name

    @field_validator("transcript_set")
    @classmethod
    def _no_odd_name(cls, name: str) -> str:
        return folder_name(name, "the name of a set")

    @field_validator("location")
    @classmethod
    def _is_a_region(cls, location: str) -> str:
        # It becomes part of a host's name.
        if re.fullmatch(r"[a-z0-9-]*", location) is None:
            raise ValueError(f"{location!r} is no region such as europe-west4")
        return location

    @field_validator("url")
    @classmethod
    def _no_key_inside(cls, url: str) -> str:
        try:
            parts = urlsplit(url)
        except ValueError as error:
            raise ValueError("it is no URL") from error
        if parts.username or parts.password or parts.query:
            raise ValueError(
                "a key or password does not belong into a URL: the teacher's comes from the environment"
            )
        return url

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if not self.base and not self.mutants:
            raise ValueError("there are no attempts: name a base, or a number of mutants")
        if (self.input_usd is None) != (self.output_usd is None):
            raise ValueError("a price has two parts: give both input_usd and output_usd")
        if self.budget_usd is not None and self.input_usd is None:
            raise ValueError("budget_usd needs the prices of a million tokens: input_usd and output_usd")
        return self

    @property
    def label(self) -> str:
        who = f"{self.teacher} {self.model}".strip()
        return f"{who} on {self.problems}"


def collector(job_id: str, wanted: CollectSpecification) -> str:
    """By what a job's transcripts know it; an investigation's job collects more than once."""
    return f"{job_id[:40]}-{wanted.key[-20:]}"


def collecting_of(payload: dict[str, Any]) -> CollectSpecification:
    """The specification that a job's payload holds.

    Raises:
        SpecificationError: another version wrote it, and this one does not understand it.
    """
    return CollectSpecification.of(**payload.get("specification", {}))
