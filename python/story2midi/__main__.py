"""python -m story2midi: the program, with the package's weights."""
import os
import sys
from pathlib import Path


def main() -> None:
    """Becomes the program."""
    program = Path(__file__).parent / "bin" / "story2midi"
    os.execv(program, [str(program), *sys.argv[1:]])


if __name__ == "__main__":
    main()
