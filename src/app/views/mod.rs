//! Whole parts of the window: each takes plain data and returns what the person asked for.
