"""Whole pages that are sent again and again: compressed once, but for their end."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from secrets import token_hex

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.middleware.gzip import re_accepts_gzip
from django.utils.cache import patch_vary_headers

TOKEN = token_hex()
"""Stands in a kept page where every answer has a token of its own against forged requests."""

GZIP, RAW = 16 + zlib.MAX_WBITS, -zlib.MAX_WBITS
LEVEL = 7
"""A little smaller than what Django makes at level 6 of other pages; levels above gain nothing."""
REACH = 1024
"""How many bytes before the end it may repeat."""


@dataclass(frozen=True)
class KeptAnswer:
    """A page that is the same for every answer up to its first token.

    ``start`` is what comes before, as the beginning of a gzip member (RFC 1952), flushed to
    whole bytes, so that blocks compressed later can follow (RFC 1951, section 3.2.4);
    ``checksum``, ``size`` and ``last``, its last bytes, are of that beginning in plain.
    """

    start: bytes
    checksum: int
    size: int
    last: bytes
    end: str

    @classmethod
    def of(cls, html: str) -> KeptAnswer:
        """Keep a page that was rendered with ``TOKEN`` as its token."""
        before, token, after = html.partition(TOKEN)
        plain, packer = before.encode(), zlib.compressobj(LEVEL, wbits=GZIP)
        start = packer.compress(plain) + packer.flush(zlib.Z_SYNC_FLUSH)
        return cls(start, zlib.crc32(plain), len(plain), plain[-REACH:], token + after)

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Answer the page with a token of its own, compressed if the browser takes that."""
        end = self.end.replace(TOKEN, get_token(request)).encode()
        if re_accepts_gzip.search(request.headers.get("Accept-Encoding", "")):
            response = HttpResponse(self._packed(end), headers={"Content-Encoding": "gzip"})
        else:
            response = HttpResponse(zlib.decompressobj(GZIP).decompress(self.start) + end)
        patch_vary_headers(response, ["Accept-Encoding"])
        return response

    def _packed(self, end: bytes) -> bytes:
        packer = zlib.compressobj(LEVEL, wbits=RAW, zdict=self.last)
        size = (self.size + len(end)) % 2**32
        trailer = struct.pack("<II", zlib.crc32(end, self.checksum), size)
        return self.start + packer.compress(end) + packer.flush() + trailer
