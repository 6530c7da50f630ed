//! The fold over every record, and what an exported record proves.
