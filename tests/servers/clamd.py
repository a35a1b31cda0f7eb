import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from clamav_client.clamd import ClamdNetworkSocket, CommunicationError

from . import Unavailable, free_port, wait_until
from .programs import clamd, with_libraries

# The string that the makers of scanners have agreed on to try them with; split, lest a scanner finds it here.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-" + b"TEST-FILE!$H+H*"


class Clamd:
    """A real clamd on a port and a socket of its own, that knows one signature (EICAR) and asks nobody for more.

    `stop()` and `start()`: it is down, and back on the same port. Keywords are further settings of clamd.conf.
    """

    def __init__(self, **settings: str) -> None:
        self.program = clamd()
        self.home = Path(tempfile.mkdtemp(prefix="desk-clamd-"))
        self.port = free_port()
        self.url = f"tcp://127.0.0.1:{self.port}"
        self.socket_url = f"unix://{self.home}/clamd.ctl"
        self.process: subprocess.Popen[bytes] | None = None
        signatures = self.home / "signatures"
        signatures.mkdir()
        (signatures / "test.ndb").write_text(f"Test.EICAR:0:0:{EICAR.hex()}\n")
        ours = {
            "DatabaseDirectory": signatures, "LocalSocket": self.home / "clamd.ctl", "TCPAddr": "127.0.0.1",
            "TCPSocket": self.port, "Foreground": "yes", "LogFile": self.home / "log",
        }  # fmt: skip
        lines = [f"{name} {value}\n" for name, value in {**ours, **settings}.items()]
        (self.home / "clamd.conf").write_text("".join(lines))

    def start(self) -> None:
        self.process = subprocess.Popen(
            [self.program, "--config-file", self.home / "clamd.conf"],
            env=with_libraries(self.program), cwd=self.home, stdout=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        wait_until(self.answers, "clamd answers")

    def answers(self) -> bool:
        if self.process and self.process.poll() is not None:
            raise Unavailable(f"clamd did not start: {(self.home / 'log').read_text()}")
        client = ClamdNetworkSocket("127.0.0.1", self.port, 2)
        try:
            return client.ping() == "PONG"
        except CommunicationError:
            return False
        finally:
            client.clamd_socket.close()  # where it could not connect, it forgets to

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.home)
