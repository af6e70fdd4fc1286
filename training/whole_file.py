"""Files that are there whole or not at all, however a run ends."""
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A name beside `path` to write to. Afterwards it takes the place of `path`; where writing fails it is removed.

    A run that is killed leaves `part-…`, which nothing reads and the next run writes anew.
    """
    aside = path.with_name(f"part-{path.name}")
    try:
        yield aside
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)
