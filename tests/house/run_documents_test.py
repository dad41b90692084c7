"""run_documents.py runs what is marked, stops at what fails, and does not pass when it ran nothing."""

import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import run_documents  # noqa: E402


class Documents(unittest.TestCase):
    def status(self, text):
        with tempfile.TemporaryDirectory() as folder:
            document = Path(folder) / "a.md"
            document.write_text(text)
            with contextlib.redirect_stdout(io.StringIO()):
                return run_documents.main(["/usr/bin", str(document)])

    def test_blocks_of_one_document_share_a_shell(self):
        self.assertEqual(self.status("```sh test\nx=1\n```\ntext\n```sh test\ntest $x = 1\n```\n"), 0)

    def test_the_first_failing_command_fails_the_document(self):
        self.assertEqual(self.status("```sh test\nfalse\ntrue\n```\n"), 1)
        self.assertEqual(self.status("```sh test\nfalse | true\n```\n"), 1)

    def test_what_is_not_marked_is_not_run_and_nothing_run_is_a_failure(self):
        self.assertEqual(self.status("```sh\nfalse\n```\n```sh test\ntrue\n```\n"), 0)
        self.assertEqual(self.status("```sh\ntrue\n```\n"), 1)


if __name__ == "__main__":
    unittest.main()
