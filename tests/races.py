"""Doing things at the same time, over real connections."""

import os
import threading
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.db import connection, connections, transaction

from apps.companies.models import Company


def at_once(*actions):
    """Run functions in threads that start together, each on a connection of its own."""
    start, errors = threading.Barrier(len(actions)), []

    def run(action):
        try:
            start.wait(5)
            action()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[action]) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert errors == []
    assert not any(thread.is_alive() for thread in threads)


def database():
    """Return the address of the tests' database, for a process of its own."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


@contextmanager
def waiting(action):
    """Hold the company while a function waits for it in a thread; afterwards let it end."""
    done = threading.Event()

    def run():
        action()
        done.set()
        connections.close_all()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        Company.objects.select_for_update(no_key=True).get()
        thread.start()
        assert not done.wait(0.3)
        yield
    assert done.wait(20)
    thread.join(20)
