"""Runs commands of the reference, each in a process of its own that is forked after its modules were loaded.

One line of JSON in, `{"words": [...]}`; one line out, `{"status": 0, "printed": "..."}`. Loading the modules takes most
of a second, and there are dozens of commands.
"""

import json
import os
import signal
import sys
import tempfile
import traceback

from genesis_mesh.cli.main import cli


def run(words, seconds):
    """One command, with nothing on its standard input and both outputs in one file."""
    with tempfile.TemporaryFile() as output:
        child = os.fork()
        if child == 0:
            status = 70
            try:
                signal.alarm(seconds)
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
                os.dup2(output.fileno(), 1)
                os.dup2(output.fileno(), 2)
                cli.main(args=words, prog_name="genesis-mesh")
            except SystemExit as end:
                status = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
            except BaseException:
                traceback.print_exc()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        output.seek(0)
        return status, output.read().decode("utf-8", "replace")


def main():
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    for line in sys.stdin:
        status, printed = run(json.loads(line)["words"], int(sys.argv[1]))
        print(json.dumps({"status": status, "printed": printed}), file=answers, flush=True)


if __name__ == "__main__":
    main()
