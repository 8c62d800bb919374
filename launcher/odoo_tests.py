"""Odoo with its test results written down: ``python -m launcher.odoo_tests ARGS``.

Odoo reports a test's outcome in its log only. This starts the same Odoo and writes, to
the file ALUMNI_TEST_RESULTS, one JSON line for each start, problem and end of a test.
"""

import json
import os
import re
import sys


def identify(test):
    """Return module, class and method of a test, a sub-test or a class set-up."""
    test = getattr(test, "test_case", test)
    method = getattr(test, "_testMethodName", None)
    if method:
        return type(test).__module__, type(test).__name__, method
    found = re.search(r"\((.+)\.(\w+)\)", str(test))
    return (*found.groups(), None) if found else (str(test), None, None)


def record(result_class, stream):
    """Make a result class of Odoo write down what it hears."""

    def note(kind, test, text=""):
        stream.write(json.dumps([kind, *identify(test), text]) + "\n")
        stream.flush()

    def watch(name, kind):
        original = getattr(result_class, name)

        def method(self, test, *arguments):
            text = ""
            if kind == "failed" and not self._soft_fail:
                text = self._exc_info_to_string(arguments[0], test)
                # A sub-test says which of its cases it was.
                if hasattr(test, "test_case"):
                    text = f"{test}\n{text}"
            elif kind == "skipped":
                text = str(arguments[0])
            if kind != "failed" or text:
                note(kind, test, text)
            return original(self, test, *arguments)

        setattr(result_class, name, method)

    watch("startTest", "started")
    watch("addError", "failed")
    watch("addFailure", "failed")
    watch("addSkip", "skipped")
    watch("stopTest", "ended")


def main():
    import odoo.cli
    from odoo.tests.result import OdooTestResult

    with open(os.environ["ALUMNI_TEST_RESULTS"], "a", encoding="utf-8") as stream:
        record(OdooTestResult, stream)
        sys.argv[0] = "odoo"
        odoo.cli.main()


if __name__ == "__main__":
    main()
