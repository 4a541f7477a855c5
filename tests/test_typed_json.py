"""Types are learnt once, however many threads read their first document at the same moment."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from bot import typed_json

ROOT = Path(__file__).parent.parent
FIRST_DOCUMENTS_AT_ONCE = """
import sys, threading
from bot.dataflow import payloads, rows
sys.setswitchinterval(1e-6)
ready = threading.Barrier(8)
page = b'{"list": [{"jobExecutionId": "a", "workflowId": "w", "jobId": "j", "name": "n", "status": "FAILED"}]}'
def read():
    ready.wait()
    for kind in rows.Row.__subclasses__():
        rows.decode_page(page, kind, "a page")
threads = [threading.Thread(target=read) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def test_many_threads_may_read_their_first_document_at_once() -> None:
    """One in ten of these died of it when each thread let msgspec learn the types by itself."""
    for _ in range(15):
        done = subprocess.run([sys.executable, "-c", FIRST_DOCUMENTS_AT_ONCE], cwd=ROOT, check=False)
        assert done.returncode == 0


@pytest.mark.parametrize(("document", "error"), [("{", msgspec.DecodeError), ('{"a": 1}', msgspec.ValidationError)])
def test_what_is_wrong_with_a_document_is_raised(document: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        typed_json.decode(document, list[int])
