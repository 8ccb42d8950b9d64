"""Make `.venv` in the repository's root from a lock: `python3 deploy/setup.py run|all`.

Runs on a bare machine: standard library only, any Python from 3.11 on. A stamp with the lock's hash is written last, so a
half-made environment never counts and a second call returns at once.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCKS = {"run": "requirements.lock", "all": "requirements-dev.lock"}


def say(text: str) -> None:
    """Print a line at once: people watch set-up."""
    print(f"[setup] {text}", flush=True)


def stamp_of(kind: str) -> str:
    """Return what `.venv` must have been made from: lock, project file, Python version."""
    parts = [(ROOT / name).read_bytes() for name in (LOCKS[kind], "pyproject.toml")]
    return hashlib.sha256(b"\0".join([*parts, sys.version.encode()])).hexdigest()


def ready(kind: str) -> bool:
    """Tell whether `.venv` already holds this kind; the whole holds the part."""
    stamps = {k: VENV / f"wirewatch-{k}.stamp" for k in LOCKS}
    kinds = ("all",) if kind == "all" else ("all", "run")
    return any(stamps[k].is_file() and stamps[k].read_text() == stamp_of(k) for k in kinds)


def run(*command: str) -> None:
    """Run one step; a failing step ends the set-up with its exit code."""
    done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode:
        say(f"failed: {' '.join(command[:6])} ...")
        sys.exit(done.returncode)


def main() -> None:
    """Create the environment, install the locked packages, then this project."""
    kind = sys.argv[1] if sys.argv[1:] in (["run"], ["all"]) else sys.exit("usage: setup.py run|all")
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever runs this may have an older Python
        sys.exit(f"[setup] found Python {sys.version.split()[0]}; expected 3.11 or newer (PYTHON=python3.12 make ...)")
    if ready(kind):
        return
    began = time.monotonic()
    python = VENV / "bin" / "python"
    if not python.is_file():
        say(f"1/3 a virtual environment in {VENV.name}/")
        run(sys.executable, "-m", "venv", str(VENV))
    for stamp in VENV.glob("wirewatch-*.stamp"):
        stamp.unlink()
    pip = (str(python), "-m", "pip", "--disable-pip-version-check")
    say(f"2/3 packages of {LOCKS[kind]}, each checked by its hash (a few minutes the first time)")
    run(*pip, "install", "-q", "--progress-bar", "off", "--require-hashes", "--no-deps", "-r", LOCKS[kind])
    say("3/3 wirewatch itself")
    run(*pip, "install", "-q", "--no-deps", "--no-build-isolation", "-e", ".")
    (VENV / f"wirewatch-{kind}.stamp").write_text(stamp_of(kind))
    say(f"ready in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
