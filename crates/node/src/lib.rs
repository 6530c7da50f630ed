//! Sans-IO node: step(now, input) -> effects.
