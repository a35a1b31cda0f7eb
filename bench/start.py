"""Start: a fresh clone to its first page, the second start, memory

Bars: fresh clone with installation and demo year < 120 s, second start < 5 s, PSS of all processes < 400 MB.
"""

import re
import subprocess
import time
from pathlib import Path

from bench.running import ROOT, Running, folder, make_run


def run() -> None:
    with folder() as place:
        clone, home = place / "clone", place / "home"
        home.mkdir()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        with make_run(clone / "var", clone, HOME=str(home)) as desk:
            print(f"fresh clone to first page, installation and demo year included: {desk.seconds:.1f} s")
        with make_run(clone / "var", clone, HOME=str(home)) as desk:
            print(f"second start to first page: {desk.seconds:.1f} s")
            time.sleep(30)  # worker and beat are up, the first sweeps are done
            report(desk)


def report(desk: Running) -> None:
    total = 0.0
    for pid in desk.pids():
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        pss = int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1]) / 1024  # type: ignore[index]
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()[-60:].strip()
        print(f"  {pss:6.1f} MB  {command}")
        total += pss
    print(f"PSS of all processes: {total:.0f} MB")
