"""verify.py runs under every Python from 3.9 on: those installed, and those that pythons.sh fetched."""

import ast
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.evidence import verify
from tests.conftest import CHECKOUT
from tests.evidence.pure_bundle import KEY, of_incident, whole

PYTHONS = ["3.9", "3.10", "3.11", "3.12", "3.13"]
RUNNER = Path(__file__).with_name("pyodide.cjs")
Run = Callable[..., subprocess.CompletedProcess[str]]


def installed(version: str) -> Path | None:
    """The interpreter of a version, on the path or where pyenv keeps its own."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    named = shutil.which(f"python{version}")
    for each in [*([Path(named)] if named else []), *pyenv.glob(f"{version}.*/bin/python{version}")]:
        answer = subprocess.run(
            [each, "-c", "import sys; print(*sys.version_info[:2], sep='.')"],
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.stdout.strip() == version:
            return each
    return None


@pytest.fixture(params=PYTHONS)
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Run:
    """Runs the verify.py of a bundle's folder under a version of Python."""
    version, python, node = request.param, installed(request.param), shutil.which("node")
    fetched = CHECKOUT / ".venv" / "pythons" / version
    if python is not None:
        command = [str(python), "-I", "-W", "error"]
    elif node and (fetched / "package.json").exists():
        command = [node, str(RUNNER), str(fetched), str(tmp_path)]
    else:
        pytest.skip(f"no Python {version} here (tests/evidence/pythons.sh fetches those that npm has)")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*command, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)

    return run


def test_the_bundles_own_verifier_runs_there_and_judges_alike(run: Run, tmp_path: Path) -> None:
    for folder, bundle in (("whole", whole(older=7)), ("part", of_incident())):
        for name, data in bundle.members().items():
            path = tmp_path / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        done = run(f"{folder}/verify.py", folder, "--vkey", KEY.verifier.render())
        assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, ["VALID"]), done
    (tmp_path / "part/checkpoint").write_bytes((tmp_path / "whole/checkpoint").read_bytes()[:-2] + b"\n")
    done = run("part/verify.py", "part")
    assert (done.returncode, "checkpoint: " in done.stdout) == (1, True), done


def test_its_syntax_and_modules_are_those_of_python_3_9() -> None:
    tree = ast.parse(Path(verify.__file__).read_text(), feature_version=(3, 9))
    modules = {each.module for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)}
    modules |= {name.name for each in ast.walk(tree) if isinstance(each, ast.Import) for name in each.names}
    assert modules == {
        *("argparse", "base64", "decimal", "functools", "hashlib", "itertools", "json", "pathlib"),
        *("re", "sys", "typing", "zipfile"),
    }
