"""A helper process that ends another process when this one dies, even by kill -9."""

import os
import signal
import subprocess

# The helper sleeps on a pipe that only this Python holds open; the kernel closes it with the process.
_WAIT_THEN_KILL = 'read -r _; kill -s "$1" -- "-$2" 2>/dev/null || kill -s "$1" -- "$2"'


class Lifeline:
    """Ties the process group `group` to the life of this process until `cut`."""

    def __init__(self, group: int, with_signal: signal.Signals = signal.SIGKILL) -> None:
        name = with_signal.name.removeprefix("SIG")
        self._helper = subprocess.Popen(
            ["/bin/sh", "-c", _WAIT_THEN_KILL, "lifeline", name, str(group)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=os.sep,
            start_new_session=True,
        )

    def cut(self) -> None:
        """Stop watching: the group has ended, or someone else looks after it."""
        self._helper.kill()
        self._helper.wait()
        if self._helper.stdin is not None:
            self._helper.stdin.close()
