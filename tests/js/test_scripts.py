"""What of the scripts needs no page, tried by the test runner of Playwright's own node."""

import subprocess
from pathlib import Path

import playwright
import pytest

NODE = Path(playwright.__file__).parent / "driver" / "node"
HERE = Path(__file__).parent

pytestmark = pytest.mark.any_database


def test_every_test_of_the_scripts_passes():
    tests = sorted(HERE.glob("*.test.js"))
    assert tests
    ran = subprocess.run([NODE, "--test", *tests], capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
