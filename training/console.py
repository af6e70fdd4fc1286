"""How the commands speak to a person: what cannot be used is one sentence and 1, never a traceback."""
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn


class Unusable(Exception):
    """What a person gave cannot be used: what it is, what is wrong with it, and what to do next."""


def needs(*modules: str) -> None:
    """Ends the program where one of these cannot be imported; asked before the imports."""
    missing = [module for module in modules if importlib.util.find_spec(module) is None]
    if missing:
        end(
            f"{sys.executable} has no {' and no '.join(missing)}: run this with a Python that has what "
            "training/requirements.txt lists, or install it (python3 -m pip install -r training/requirements.txt)."
        )


def run(main: Callable[[], int]) -> NoReturn:
    """Runs a command to its end, with its exit code."""
    try:
        code = main()
    except Unusable as problem:
        end(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(code)


def end(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    sys.exit(1)


def existing_folder(path: Path, option: str) -> Path:
    """`path`; Unusable where it is no folder. `option` is what the person gave it as."""
    if not path.is_dir():
        what = "is no folder" if path.exists() else "does not exist"
        raise Unusable(f"{option} {path} {what}: give the folder that training/README.md describes.")
    return path
