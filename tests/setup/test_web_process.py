"""What the web process loads."""

import subprocess
import sys

import pytest

HEAVY = ["langgraph", "langchain_core", "pypdfium2", "pypdf", "jobs", "dashboard.tracing", "google.protobuf"]


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_it_loads_neither_langgraph_nor_a_pdf_library_nor_what_sends_traces(environment: dict[str, str]) -> None:
    ask = f"""
import sys, wsgi
wsgi.app.test_client().get("/login")
print(*(name for name in {HEAVY} if name in sys.modules))
"""
    answer = subprocess.run([sys.executable, "-c", ask], env=environment, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip() == ""
