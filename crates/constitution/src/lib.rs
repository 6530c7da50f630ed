//! Constitutional parameters as data, with the relations they must satisfy.
