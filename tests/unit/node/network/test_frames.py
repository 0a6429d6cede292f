"""Frames survive any cutting, and nothing else passes for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.network.errors import FrameError, FrameTooLarge, UnexpectedKind, UnknownKind
from node.network.frames import HEADER, LANE_OF, LIMIT_OF, MAX_PAYLOAD, Frame, FrameDecoder, Kind, Lane, encode_frame

BULK_KINDS = [kind for kind in Kind if LANE_OF[kind] is Lane.BULK]
FRAMES = st.lists(st.builds(Frame, st.sampled_from(BULK_KINDS), st.binary(max_size=300)), max_size=8)


def test_every_kind_has_a_lane_and_a_limit() -> None:
    assert set(LANE_OF) == set(LIMIT_OF) == set(Kind)
    assert max(LIMIT_OF.values()) == MAX_PAYLOAD == 8 * 1024 * 1024


def test_a_frame_is_length_kind_payload() -> None:
    assert encode_frame(Kind.PING, b"12345678") == b"\0\0\0\x08\x05" + b"12345678"


@given(FRAMES, st.lists(st.integers(min_value=1, max_value=40), min_size=1, max_size=20))
def test_decoding_does_not_depend_on_how_the_bytes_were_cut(frames: list[Frame], cuts: list[int]) -> None:
    data = b"".join(encode_frame(frame.kind, frame.payload) for frame in frames)
    decoder, turn = FrameDecoder(Lane.BULK), 0
    got: list[Frame] = []
    while data:
        cut = cuts[turn % len(cuts)]
        decoder.feed(data[:cut])
        got += decoder.frames()
        data, turn = data[cut:], turn + 1
    assert got == frames
    assert decoder.is_between_frames


@given(st.binary(max_size=400))
def test_any_bytes_are_frames_or_a_frame_error(data: bytes) -> None:
    decoder = FrameDecoder(Lane.URGENT)
    decoder.feed(data)
    try:
        frames = list(decoder.frames())
    except FrameError:
        return
    assert data.startswith(b"".join(encode_frame(frame.kind, frame.payload) for frame in frames))


@pytest.mark.parametrize("kind", list(Kind))
def test_the_limit_of_a_kind_holds_on_both_sides_before_the_payload_comes(kind: Kind) -> None:
    limit = LIMIT_OF[kind]
    assert len(encode_frame(kind, bytes(limit))) == HEADER.size + limit
    with pytest.raises(FrameTooLarge):
        encode_frame(kind, bytes(limit + 1))
    decoder = FrameDecoder(LANE_OF[kind])
    decoder.feed(HEADER.pack(limit + 1, kind))
    with pytest.raises(FrameTooLarge) as caught:
        list(decoder.frames())
    assert (caught.value.kind, caught.value.size, caught.value.limit) == (kind.name, limit + 1, limit)


def test_unknown_kinds_are_refused() -> None:
    for number in set(range(256)) - {kind.value for kind in Kind}:
        decoder = FrameDecoder(Lane.BULK)
        decoder.feed(HEADER.pack(0, number))
        with pytest.raises(UnknownKind):
            list(decoder.frames())


@pytest.mark.parametrize("lane", list(Lane))
def test_each_stream_carries_its_own_kinds_only(lane: Lane) -> None:
    for kind in Kind:
        decoder = FrameDecoder(lane)
        decoder.feed(encode_frame(kind, b""))
        if LANE_OF[kind] is lane:
            assert list(decoder.frames()) == [Frame(kind, b"")]
        else:
            with pytest.raises(UnexpectedKind):
                list(decoder.frames())


def test_good_frames_before_a_bad_one_are_given() -> None:
    decoder = FrameDecoder(Lane.URGENT)
    decoder.feed(encode_frame(Kind.STATUS, b"good") + HEADER.pack(0, 0xFF))
    frames = decoder.frames()
    assert next(frames) == Frame(Kind.STATUS, b"good")
    with pytest.raises(UnknownKind):
        next(frames)
