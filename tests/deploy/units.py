"""A stand-in for systemd, which does not run where tests do: it reads the same units.

Users and hardening are systemd's alone; ``systemd-analyze`` judges those.
"""

import os
import shlex
import signal
import socket
import subprocess
from pathlib import Path

ADOPT = 'LISTEN_FDS=1 LISTEN_PID=$$ exec "$@" 3<&'
"""Starts a program with a socket that is open already."""


class Units:
    """The units of a folder, started, restarted and stopped."""

    def __init__(self, folder, environment, log, others):
        self.folder, self.environment, self.log = folder, environment, log.open("ab")
        self.others = others
        self.sockets, self.processes = {}, {}

    def systemctl(self, action, *names):
        """Do what an operator asks for."""
        does = {"enable": self.start, "daemon-reload": self.read}
        for name in names:
            if name in self.others:
                getattr(self.others[name], action)()
            elif name != "--now":
                (does.get(action) or getattr(self, action))(name)

    def read(self, name):
        """Return what a unit says, each word with all its values."""
        said = {}
        for line in (self.folder / name).read_text().splitlines():
            word, sign, value = line.partition("=")
            if sign and not line.startswith("#"):
                said.setdefault(word, []).append(value)
        return said

    def start(self, name):
        stem, _dot, kind = name.partition(".")
        said = self.read(f"{stem}.{kind or 'service'}")
        if kind == "socket":
            host, port = said["ListenStream"][0].split(":")
            self.sockets[stem] = socket.create_server((host, int(port)), backlog=1024)
        elif said.get("Type") == ["oneshot"]:
            command, options = self.called(stem, said)
            subprocess.run(command, check=True, **options)
        elif kind != "timer":
            self.processes[stem] = self.serve(stem, said)

    def serve(self, stem, said):
        """Start a process, and return it once it says that it is ready, if it does."""
        command, options = self.called(stem, said)
        address = f"netvisor-rights-{os.getpid()}-{stem}"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.bind(f"\0{address}")
            told.settimeout(60)
            options["env"]["NOTIFY_SOCKET"] = f"@{address}"
            process = subprocess.Popen(command, **options)
            while said.get("Type") == ["notify"] and b"READY=1" not in told.recv(1024):
                pass
        return process

    def called(self, stem, said):
        """Return how a process is started, where, and with what environment."""
        command, environment = shlex.split(said["ExecStart"][0]), dict(self.environment)
        environment.update(line.split("=", 1) for line in said.get("Environment", []))
        for path in said.get("EnvironmentFile", []):
            environment |= variables(Path(path))
        options = {"cwd": said["WorkingDirectory"][0], "env": environment, "stdout": self.log}
        if stem in self.sockets:
            number = self.sockets[stem].fileno()
            command = ["/bin/bash", "-c", f"{ADOPT}{number}", "-", *command]
            options["pass_fds"] = [number]
        return command, {**options, "stderr": self.log, "start_new_session": True}

    def stop(self, name):
        stem, _dot, kind = name.partition(".")
        if kind == "socket":
            self.sockets.pop(stem).close()
        else:
            process = self.processes.pop(stem)
            process.terminate()
            process.wait(60)

    def revive(self):
        """Start again what ended, as Restart=always says."""
        for stem, process in self.processes.items():
            if process.poll() is not None:
                self.start(stem)

    def restart(self, stem):
        if stem in self.processes:  # Debian starts what it installs
            self.stop(stem)
        self.start(stem)

    def reload(self, stem):
        if stem in self.processes:
            self.processes[stem].send_signal(signal.SIGHUP)
        else:
            self.start(stem)  # Debian starts nginx as it is installed

    def stop_all(self):
        for stem in list(self.processes):
            self.stop(stem)
        for one in (*self.sockets.values(), self.log):
            one.close()


def variables(path):
    """Return what an environment file holds."""
    lines = path.read_text().splitlines()
    pairs = [line.split("=", 1) for line in lines if line and not line.startswith("#")]
    return {name: "".join(shlex.split(value)) for name, value in pairs}
