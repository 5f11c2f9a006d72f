"""Building the explainer: the compiler's own parser and type checker as a program that stays.

In: its sources (worker/ruler/go/explain). Out: an executable. They import packages that Go opens to the compiler's own
tree alone, so the go command is told that they lie in it (`-overlay`); nothing is written there.
"""

import json
import tempfile
from pathlib import Path

from worker.toolchain.errors import BuildFailed
from worker.toolchain.go_command import Go

PACKAGE = "cmd/compile/tekhne-explain"
NAME = "tekhne-explain"


def build_explainer(go: Go, source: Path, folder: Path) -> bool:
    """Build it into `folder`; False where this Go comes without its compiler's sources, or with others than we know.

    The ruler does without it then: it asks the compiler itself, which says the same and takes ten times as long.
    """
    place = go.root / "src" / PACKAGE
    files = {str(place / file.name): str(file) for file in source.glob("*.go")}
    with tempfile.TemporaryDirectory(prefix="tekhne-explain-") as work:
        overlay = Path(work, "overlay.json")
        overlay.write_text(json.dumps({"Replace": files}))
        try:
            go.run(
                "build", "-overlay", str(overlay), "-tags", "compiler", "-trimpath", "-o", str(folder / NAME), PACKAGE,
                folder=Path(work),
            )  # fmt: skip
        except BuildFailed:
            return False
    return True
