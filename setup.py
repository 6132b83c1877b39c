"""Compiles the message catalogues when the package is built or installed; all else is in setup.cfg."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools import setup
from setuptools.command.build_py import build_py


class BuildPy(build_py):
    """Builds the modules, with the catalogues compiled beside their sources."""

    def run(self) -> None:
        """Compile, then build."""
        for source in Path("busdb/locale").glob("*/LC_MESSAGES/*.po"):
            with source.open("rb") as file, source.with_suffix(".mo").open("wb") as target:
                write_mo(target, read_po(file))
        super().run()


setup(cmdclass={"build_py": BuildPy})
