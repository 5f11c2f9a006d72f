"""A stream that is left early leaves nothing behind that the garbage collector would have to close."""

import asyncio
import gc
from collections.abc import AsyncGenerator
from contextlib import aclosing
from types import AsyncGeneratorType

import pytest

from tests.worker.engines.stand_in_server import Answering, stand_in
from worker.engines.openai_client import async_client, stream_pieces


def unfinished() -> list[AsyncGenerator[bytes, None]]:
    """The generators that read a response's bytes and wait where they were left."""
    return [
        one
        for one in gc.get_objects()
        # By type: to ask some objects of other libraries for more warns.
        if type(one) is AsyncGeneratorType
        and one.__qualname__.startswith("Response.aiter_")
        and one.ag_frame is not None
    ]


@pytest.mark.parametrize("pieces_read", [1, 2, 1000])
def test_bytes_are_no_longer_read_once_the_stream_is_left(pieces_read: int) -> None:
    def long(answer: Answering, _: int) -> None:
        answer.open_stream()
        for _ in range(20):
            answer.piece("x")
        answer.piece("", finish="stop")
        answer.event("[DONE]")

    async def read(url: str) -> int:
        client = async_client(url)
        body = {"model": "m", "prompt": "p", "stream": True}
        seen = 0
        async with aclosing(stream_pieces(client, "/completions", body, "")) as pieces:
            async for _ in pieces:
                seen += 1
                if seen == pieces_read:
                    break
        # No turn of the loop lies between the end of the stream and this look.
        assert unfinished() == []
        await client.close()
        return seen

    gc.collect()
    gc.disable()
    try:
        with stand_in(long) as server:
            assert asyncio.run(read(server.url)) == min(pieces_read, 21)
    finally:
        gc.enable()
