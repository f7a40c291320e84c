"""Runs the test_*.py files of this folder, prints a line for each test, and "N passed, N failed" at the end."""
import sys
import time
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent


class Lines(unittest.TestResult):
    passed = 0
    begin = 0.0

    def startTest(self, test):
        super().startTest(test)
        self.begin = time.monotonic()

    def say(self, word, test, details=""):
        print(f"  {word}  e2e {test.id()} ({time.monotonic() - self.begin:.1f} s)\n{details}".rstrip(), flush=True)

    def addSuccess(self, test):
        self.passed += 1
        self.say("pass", test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.say("FAIL", test, self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self.say("FAIL", test, self.errors[-1][1])

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.say("skip", test, reason)


def each_test(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from each_test(item)
        else:
            yield item


def main():
    words = sys.argv[1:]
    found = unittest.defaultTestLoader.discover(str(HERE))
    chosen = [test for test in each_test(found) if not words or any(word in test.id() for word in words)]
    result = Lines()
    # A suite of suites by class, so that a class is set up once.
    by_class = {}
    for test in chosen:
        by_class.setdefault(type(test), []).append(test)
    unittest.TestSuite(unittest.TestSuite(tests) for tests in by_class.values()).run(result)
    failed = len(result.failures) + len(result.errors)
    print(f"{result.passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
