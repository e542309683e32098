"""tools/check_types.py finds two types of one name in one namespace, and passes what cannot meet in a program."""
import pathlib
import subprocess
import tempfile
import unittest


def check(**files):
    """Exit code and output for files of these texts, NAME.cpp each."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [pathlib.Path(folder, f"{name}.cpp") for name in files]
        for path, text in zip(paths, files.values()):
            path.write_text(text)
        run = subprocess.run(["tools/check_types.py", *paths], capture_output=True, text=True)
        return run.returncode, run.stdout


class CheckTypes(unittest.TestCase):
    def test_a_planted_pair_is_found(self):
        code, out = check(a="namespace s2m {\nint f() { return 1; }\nstruct Note { int pitch; };\n}",
                          b="namespace s2m {\n\nclass Note final : public Sound { };\n}")
        self.assertEqual(code, 1)
        self.assertRegex(out, r"s2m::Note: defined in \S*a\.cpp:3 and \S*b\.cpp:3")

    def test_every_kind_of_type_counts(self):
        for kind in ["enum class", "enum", "union", "template <class T> struct"]:
            self.assertEqual(check(a="struct X {};", b=kind + " X { };")[0], 1, kind)
        self.assertEqual(check(a="enum class X : char { k };", b="namespace a::b { } struct [[nodiscard]] X {};")[0], 1)

    def test_types_that_never_meet_are_passed(self):
        one = "namespace s2m { struct Note {}; }"
        for other in ["namespace s2m { namespace { struct Note {}; } }", "namespace s2m::apps { struct Note {}; }",
                      "namespace s2m { struct Note; }", "namespace s2m { struct Bar { struct Note {}; }; }",
                      "namespace s2m { void f() { struct Note {}; } }", "namespace s2m { /* struct Note { }; */ }",
                      "namespace s2m { template <> struct Note<int> {}; }"]:
            self.assertEqual(check(a=one, b=other), (0, "types: clean\n"), other)


if __name__ == "__main__":
    unittest.main()
