"""Whatever is sent, nothing breaks, and nothing passes but what is genuine."""

from urllib.parse import quote, unquote

import pytest
from hypothesis import assume, example, given
from hypothesis import settings as running
from hypothesis import strategies as st

from apps.gateway.signing import HEADERS
from tests.gateway.over_wsgi import WHOLE, about, send

pytestmark = pytest.mark.django_db
TARGET = "/customerlist.nv?keyword=M%C3%A4ki"
MAC = HEADERS["mac"]
ELSEWHERE = ["RAW_URI", "QUERY_STRING", "REQUEST_METHOD", "REMOTE_ADDR", "CONTENT_LENGTH"] + [
    f"HTTP_{name}" for name in ("X_FORWARDED_URI", "X_ORIGINAL_METHOD", "FORWARDED", "HOST")
]
OTHER = "HTTP_X_NETVISOR_OTHER"
NAMES = st.sampled_from([*HEADERS.values(), "HTTP_X_ORIGINAL_URI", OTHER])
TEXT = st.text(st.characters(max_codepoint=255), max_size=60)
"""Every byte that a header can have, as WSGI writes bytes."""
VISIBLE = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=90)
EDITS = st.sampled_from(
    [str.upper, str.lower, str.strip, quote, unquote]
    + [lambda text, more=more: text + more for more in (" ", ", x", "\0", "\xe4", "&", "?", "%00")]
    + [lambda text: text[:-1], lambda text: text[1:], lambda text: f"{text}, {text}"]
)
MANY = running(max_examples=200)


@pytest.fixture(autouse=True)
def gateway(settings, account):
    """The settings of a gateway, and an account that may ask for some resources."""
    settings.GATEWAY = dict(WHOLE)
    return settings.GATEWAY


def is_genuine(sent, made):
    """Tell whether all that is signed, and where it is said, is as it was made."""
    kept = {name: value for name, value in made.items() if name in HEADERS.values()}
    target = sent.get("HTTP_X_ORIGINAL_URI", "")
    return (
        all(sent.get(name) == value for name, value in kept.items() if name != MAC)
        and sent.get(MAC, "").lower() == made[MAC]
        and unquote(target) == unquote(TARGET)
        and target.startswith("/customerlist.nv?")
        and "," not in sent.get(OTHER, "")
    )


@MANY
@given(
    headers=st.dictionaries(NAMES | st.sampled_from(ELSEWHERE), TEXT),
    path=TEXT,
    place=st.sampled_from(["x-original-uri", "x-forwarded-uri", "request-line"]),
)
def test_what_is_not_signed_is_refused(gateway, headers, path, place):
    gateway["target"] = place
    secret = about(TARGET)["HTTP_X_GATEWAY_SECRET"]
    sent = headers | {"HTTP_X_GATEWAY_SECRET": secret}
    assert send(sent)[0] == 401
    assert send(sent, path=f"/gateway/authorize/{path}")[0] == 401
    assert send(sent, path=f"/gateway/{path}")[0] in (401, 404)


@MANY
@given(edits=st.dictionaries(NAMES, st.one_of(EDITS, TEXT.map(lambda new: lambda _old: new))))
def test_a_genuine_request_that_was_meddled_with_is_refused(edits):
    made = about(TARGET)
    sent = made | {name: edit(made.get(name, "")) for name, edit in edits.items()}
    status, headers, _body = send(sent)
    assert status == (204 if is_genuine(sent, made) else 401), headers


@MANY
@given(elsewhere=st.dictionaries(st.sampled_from(ELSEWHERE), TEXT))
def test_a_genuine_request_passes_whatever_stands_elsewhere(elsewhere):
    assert send(about(TARGET) | elsewhere)[0] == 204


@MANY
@given(name=st.sampled_from([*HEADERS.values(), "HTTP_X_ORIGINAL_URI"]))
def test_a_genuine_request_that_lacks_something_is_refused(name):
    sent = about(TARGET)
    del sent[name]
    assert send(sent)[0] == 401


@MANY
@given(path=VISIBLE | st.from_regex(r"[A-Za-z0-9_]+\.nv", fullmatch=True))
@example(path=f"{'a' * 90}.nv")
def test_a_target_that_is_signed_but_none_of_ours_is_refused(path):
    status, headers, _body = send(about(f"/{path}"))
    assert status in (401, 403), headers


LETTERS = st.text("abcåäöÅÄÖéšŽž€ ", min_size=1, max_size=40)
SIGNED_AS = st.sampled_from(["iso-8859-1", "iso-8859-15", "utf-8"])
SENT_AS = st.sampled_from(["iso-8859-1", "utf-8"])


def can(text, encoding):
    """Tell whether an encoding has every letter of a text."""
    return text == text.encode(encoding, "replace").decode(encoding)


@MANY
@given(sender=LETTERS, encodings=st.tuples(SIGNED_AS, SENT_AS))
def test_a_genuine_request_passes_in_each_encoding(sender, encodings):
    assume(all(can(sender, encoding) for encoding in encodings))
    assert send(about(TARGET, sender=sender, encodings=encodings))[0] == 204
