"""tools/check's own rules: each refuses a planted fault, and lets the right form pass."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools" / "lib"))

import check_edges  # noqa: E402
import check_errors  # noqa: E402
import check_links  # noqa: E402
import check_sizes  # noqa: E402
import check_text  # noqa: E402
import sources  # noqa: E402

EDGES = "base | | sodium\nvault | base | sqlcipher\nmeasure | base |\nnet | base | boost_beast\ncli | net vault |\n"


def texts(findings):
    return [str(finding) for finding in findings]


class Edges(unittest.TestCase):
    def graph(self, text):
        return texts(check_edges.check_graph(check_edges.read_edges(text)))

    def includes(self, name, text):
        return texts(check_edges.check_includes({name: text}, check_edges.read_edges(EDGES)))

    def test_the_graph_as_it_should_be_passes(self):
        self.assertEqual(self.graph(EDGES), [])

    def test_what_publishes_must_not_reach_the_vault_even_through_another(self):
        found = self.graph("vault | |\nbridge | vault |\nrelease | bridge |\n")
        self.assertEqual(found, ["tools/edges.txt: release reaches vault: what publishes must not see who is who"])

    def test_a_circle_an_unknown_module_and_a_way_to_the_network_are_refused(self):
        self.assertIn("a reaches itself", self.graph("a | b |\nb | a |\n")[0])
        self.assertIn("has no line", self.graph("a | nowhere |\n")[0])
        self.assertIn("a reaches net", self.graph("net | |\na | net |\n")[0])

    def test_includes(self):
        cases = [
            ("src/measure/m.cpp", '#include "candour/base/error.h"', None),
            ("src/measure/m.cpp", '#include "candour/vault/vault.h"', "does not let measure use vault"),
            ("src/measure/m.cpp", '#include "../vault/vault.h"', "begins with candour/"),
            ("src/measure/m.cpp", '#include "candour/../vault/v.h"', "begins with candour/"),
            ("src/measure/m.cpp", "#include <candour/base/error.h>", "in quotes"),
            ("src/measure/m.cpp", "#include <vector>\n#include <sys/stat.h>\n#include <unistd.h>", None),
            ("src/measure/m.cpp", "#include <sqlite3.h>", "does not give sqlcipher to measure"),
            ("src/vault/v.cpp", "#include <sqlite3.h>", None),
            ("src/measure/m.cpp", "#include <zlib.h>", "neither the standard's"),
            ("src/measure/m.cpp", "#include <doctest/doctest.h>", "only tests"),
            ("src/measure/m_test.cpp", "#include <doctest/doctest.h>", None),
            ("src/measure/m.cpp", "// #include <sqlite3.h>", None),
            ("src/unknown/u.cpp", "", "no line for unknown"),
        ]
        for name, text, wanted in cases:
            with self.subTest(text=text):
                found = self.includes(name, text)
                self.assertEqual(len(found), 0 if wanted is None else 1, found)
                if wanted:
                    self.assertIn(wanted, found[0])


class Words(unittest.TestCase):
    def test_unfinished_work(self):
        self.assertEqual(len(texts(check_text.check_unfinished({"a.md": "x\nTO" "DO later\n"}))), 1)
        self.assertEqual(texts(check_text.check_unfinished({"a.md": "mastodon\n"})), [])

    def test_nolint_needs_a_reason(self):
        self.assertEqual(len(texts(check_text.check_silenced({"a.h": "int a;  // NOLINT\n"}))), 1)
        self.assertEqual(texts(check_text.check_silenced({"a.h": "int a;  // NOLINT(bugprone-x): because\n"})), [])

    def reveal(self, listed, name, text):
        return texts(check_text.check_reveal({check_text.REVEAL_LIST: listed, name: text}))

    def test_reveal_only_where_listed(self):
        call = "f(x.reveal());\ng(x->reveal ());\n"
        self.assertEqual(len(self.reveal("# none\n", "src/page/p.cpp", call)), 2)
        self.assertEqual(self.reveal("src/page/p.cpp | it must\n", "src/page/p.cpp", call), [])
        self.assertEqual(self.reveal("", "src/page/p_test.cpp", call), [])
        self.assertEqual(self.reveal("", "src/page/p.cpp", "// x.reveal()\n"), [])
        self.assertIn("has no reason", self.reveal("src/page/p.cpp |\n", "src/page/p.cpp", call)[0])
        self.assertIn("does not call", self.reveal("src/page/p.cpp | once\n", "src/page/p.cpp", "")[0])


class Sizes(unittest.TestCase):
    def heads(self, text):
        return [(first, last) for first, last, _ in check_sizes.functions(text)]

    def test_functions_are_found_and_containers_are_not(self):
        text = """namespace a {
struct S {
  int x = 0;
  int get() const { return x; }
};
template <class T>
T twice(T t) {
  if (t) {
    return t;
  }
  auto f = [](int) { return 1; };
  return f(2);
}
constexpr int kTable[] = {1, 2};
S::S() : a_(1), b_{2} {
  go();
}
bool operator==(S a, S b) {
  return a.x == b.x;
}
const char* text = R"(void g() {)";
}
"""
        self.assertEqual(self.heads(text), [(4, 4), (6, 13), (15, 17), (18, 20)])

    def test_a_long_function_and_a_long_file_are_refused(self):
        long_function = "void f() {\n" + "  g();\n" * 70 + "}\n"
        self.assertEqual(len(texts(check_sizes.check({"src/a/a.cpp": long_function}))), 1)
        self.assertEqual(texts(check_sizes.check({"src/a/a.cpp": long_function.replace("  g();\n", "", 2)})), [])
        self.assertEqual(len(texts(check_sizes.check({"a.sql": "SELECT 1;\n" * 801}))), 1)


class Errors(unittest.TestCase):
    PAGE = "# CND-1001: A title\n\nThe cause.\n\n## Remedy\n\nDo this. Then that.\n"

    def findings(self, **changed):
        files = {"docs/reference/errors/CND-1001.md": self.PAGE, "src/a/a.cpp": 'throw Error("CND-1001", "x");'}
        files.update({name.replace("__", "/"): text for name, text in changed.items()})
        files.setdefault(check_errors.INDEX, check_errors.index_of(files))
        return texts(check_errors.check(files))

    def test_a_whole_catalogue_passes(self):
        self.assertEqual(self.findings(), [])

    def test_what_is_missing_is_said(self):
        page = "docs/reference/errors/CND-1001.md"
        cases = [
            ({"src/a/a.cpp": 'f("CND-1001"); f("CND-1002");'}, "CND-1002 has no page"),
            ({"src/a/a.cpp": '// "CND-1001"'}, "nothing in src uses"),
            ({"src/a/a.cpp": "", "src/a/a_test.cpp": '"CND-1001"'}, "nothing in src uses"),
            ({page: self.PAGE.replace("1001", "1009")}, "the first line"),
            ({page: self.PAGE.replace("## Remedy", "## Cure")}, "no '## Remedy'"),
            ({page: self.PAGE.replace("Then that.", "Then that. And more.")}, "more than two sentences"),
            ({page: self.PAGE.replace("The cause.\n", "")}, "no cause"),
            ({check_errors.INDEX: "# Errors\n"}, "is not the list"),
        ]
        for files, wanted in cases:
            with self.subTest(wanted=wanted):
                self.assertTrue(any(wanted in text for text in self.findings(**files)), self.findings(**files))

    def test_a_code_outside_the_ranges_is_refused(self):
        found = texts(check_errors.check_page("p", "CND-9901", self.PAGE.replace("1001", "9901")))
        self.assertEqual(found, ["p: no range begins with 99"])


class Links(unittest.TestCase):
    def findings(self, text):
        return texts(check_links.check({"docs/a.md": text, "docs/ref/b.md": "# Two words\n\n```sh\n# no heading\n```\n"}))

    def test_links(self):
        for good in ("[x](ref/b.md)", "[x](ref/b.md#two-words)", "[x](ref)", "[x](https://example.org/)",
                     "`[x](nowhere.md)`", "# Here\n[x](#here)"):
            self.assertEqual(self.findings(good), [], good)
        for bad in ("[x](nowhere.md)", "[x](ref/b.md#no-heading)", "[x](../../b.md)", "[x](#nowhere)"):
            self.assertEqual(len(self.findings(bad)), 1, bad)


class Sources(unittest.TestCase):
    def test_what_is_not_code_is_blanked_and_lines_stay(self):
        text = 'a /* { \n */ b "}" c \'{\' d 1\'000 e // }\nR"x(\n})x" f'
        code = sources.code_only(text)
        self.assertEqual(code.split(), ["a", "b", "c", "d", "1'000", "e", "f"])
        self.assertEqual(code.count("\n"), text.count("\n"))


if __name__ == "__main__":
    unittest.main()
