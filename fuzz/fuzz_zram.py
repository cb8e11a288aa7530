"""The harness for OSS-Fuzz and ClusterFuzzLite of the target that this file is named after."""

import sys
from pathlib import Path

from fuzz.people.libfuzzer import fuzz_forever

if __name__ == "__main__":
    fuzz_forever(Path(__file__).stem.removeprefix("fuzz_"), sys.argv)
