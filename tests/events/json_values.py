"""Hypothesis strategies for what strict JSON can say, and for what it can't."""

from hypothesis import strategies as st

MAX_INTEGER = 2**53 - 1

# Beyond the basic plane, where the order of UTF-16 units is another than that of code points, and what must be escaped.
CHARACTERS = (
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
    | st.sampled_from('"\\/\b\f\n\r\t\x01\x1f\x7f\u2028\ue000\uffff😀𐀀é')
    | st.characters(codec="ascii", exclude_characters="\x00")
)
TEXTS = st.text(CHARACTERS, max_size=12)
INTEGERS = st.integers(-MAX_INTEGER, MAX_INTEGER) | st.sampled_from([0, 1, -1, MAX_INTEGER, -MAX_INTEGER])
FLOATS = st.floats(-MAX_INTEGER, MAX_INTEGER) | st.sampled_from([-0.0, 1e-7, 5e-324, 0.1, 1e15, 4.5e15])
SCALARS = st.none() | st.booleans() | INTEGERS | FLOATS | TEXTS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=20
)
OBJECTS = st.dictionaries(TEXTS, VALUES, max_size=6)
