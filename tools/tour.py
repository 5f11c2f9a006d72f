"""`make tour`: docs/tour.md and its pictures, made from the pages themselves.

In: a new store, which begins with the demo pair's run, and Chromium. Out: a page of text and one picture a step. Text
and pictures come from `STEPS` alone; a test holds each page to the words that its step promises, so that neither grows
old.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT, PICTURES = ROOT / "docs/tour.md", ROOT / "docs/pictures"
WIDTH, HEIGHT, QUALITY = 1200, 760, 70
START_SECONDS = 180
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HEAD = """# The whole way, in pictures

`make run` starts the dashboard with one finished run in its store: a small base model that knows half of the problems
by heart, its critic, and resampling. These are its pages, in the order in which they answer the question: did repair
fix anything, and is that real? `make tour` makes this page and its pictures again from the pages themselves.
"""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One picture."""

    name: str
    title: str
    path: str
    shows: tuple[str, ...]
    """Words that stand on the page: what the text says about it."""
    text: str


FIX = "/runs/1/problems/seen/days_in_month?arm=critic:demo-critic&sample=0"
STEPS = (
    Step(
        name="overview",
        title="What happened, and what to do next",
        path="/",
        shows=(
            "What happened last",
            "A real fix",
            "A false fix",
            "Seen against unseen",
            "Press re-run",
            "New run",
        ),
        text="The newest finding as a sentence that names unseen problems first, its three numbers with their "
        "intervals, and four steps to go on with.",
    ),
    Step(
        name="run",
        title="A run: is it real?",
        path="/runs/1",
        shows=(
            "pass@k",
            "Seen and unseen",
            "Critic vs. resampling",
            "Verdict before → after",
            "Pass count by step",
        ),
        text="Every arm beside the others, with error bars; what repair gained over as many fresh drafts; and how much "
        "of the score is memory. Each number leads to its problems.",
    ),
    Step(
        name="failures",
        title="What failed, in groups",
        path="/runs/1/failures",
        shows=("Failures",),
        text="Messages without their names and numbers, counted by arm; a row leads to its attempts.",
    ),
    Step(
        name="problem",
        title="One problem: down to the line of Go",
        path=FIX,
        shows=("Draft and revision", "Reflection", "Re-run critic", "Copy link", "HTML file"),
        text="Draft and revision beside each other, the error at its line, the critic's reflection, all verdicts. "
        "Re-run critic repairs this draft again while you watch; the page can be handed on as one file.",
    ),
    Step(
        name="new-run",
        title="A run of your own",
        path="/runs/new",
        shows=("programs", "Limit per set", "Tests shown to the critic", "Start the run"),
        text="What fits the store is ticked. The page says how many programs the run writes, about how long that takes "
        "here, and the smallest difference that it can show, before anything starts.",
    ),
)


def picture_of(step: Step) -> Path:
    return PICTURES / f"tour-{step.name}.jpg"


def document() -> str:
    """docs/tour.md."""
    parts = [HEAD]
    for number, step in enumerate(STEPS, start=1):
        parts.append(
            f"\n## {number}. {step.title}\n\n{step.text}\n\n![{step.title}](pictures/{picture_of(step).name})\n"
        )
    return "".join(parts)


def take_pictures(url: str) -> None:
    from playwright.sync_api import sync_playwright

    chromium = next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        for step in STEPS:
            page.goto(url + step.path)
            page.get_by_role("heading", level=1).wait_for()
            page.screenshot(path=picture_of(step), type="jpeg", quality=QUALITY)
        browser.close()


def wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SystemExit("The dashboard of the tour did not start: its own message above says why.")


def main() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "TEKHNE_DATA_DIR": folder}
        command = [sys.executable, "-m", "cli.main", "up", "--no-worker", "--port", str(port)]
        process = subprocess.Popen(command, cwd=ROOT, env=environment)
        try:
            wait_for(f"http://127.0.0.1:{port}/", process)
            take_pictures(f"http://127.0.0.1:{port}")
        finally:
            process.terminate()
            process.wait()
    DOCUMENT.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()
