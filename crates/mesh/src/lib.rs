//! Sovereigns, their actors, and the treaties between them.
