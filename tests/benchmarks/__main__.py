"""`python -m tests.benchmarks [embedded|kafka]`: print what is claimed in docs/benchmarks.md, measured here and now."""

from __future__ import annotations

import sys

from streams import log


def main() -> None:
    """Run the named benchmarks, all without a name."""
    wanted = sys.argv[1:] or ["embedded", "kafka"]
    if unknown := set(wanted) - {"embedded", "kafka"}:
        sys.exit(f"found {', '.join(sorted(unknown))}; expected embedded or kafka")
    log.configure("warning")
    if "embedded" in wanted:
        from tests.benchmarks import embedded

        embedded.main()
    if "kafka" in wanted:
        from tests.benchmarks import kafka_pipe

        kafka_pipe.main()


if __name__ == "__main__":
    main()
