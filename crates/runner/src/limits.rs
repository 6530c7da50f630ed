//! What a module may be and may use. Each limit has a unit and a reason.

/// Largest module, in bytes. A verifier is a few kilobytes; compiled from a language it is tens.
pub const MODULE_BYTES_MAX: usize = 1 << 20;

/// Most local variables of one function. They are zeroed at each call for one unit of fuel, so a large
/// number would buy work with little fuel.
pub const LOCALS_MAX: u64 = 512;

/// Deepest nesting of calls.
pub const RECURSION_MAX: usize = 1_000;

/// Largest value stack, in bytes.
pub const STACK_BYTES_MAX: usize = 1 << 20;

/// Most elements of the one table (for `call_indirect`).
pub const TABLE_ELEMENTS_MAX: usize = 10_000;

/// Most items of one run. ABI 1 uses four at most.
pub const ITEMS_MAX: usize = 1_024;

/// Largest item, in bytes: its length must fit a positive `i32`.
pub const ITEM_BYTES_MAX: usize = i32::MAX as usize;

/// Most entries of each section: (section id, name, most entries).
pub(crate) const SECTIONS: [(u8, &str, u64); 10] = [
    (1, "types", 1_000),
    (2, "imports", 1),
    (3, "functions", 10_000),
    (4, "tables", 1),
    (5, "memories", 1),
    (6, "globals", 1_000),
    (7, "exports", 100),
    (9, "element segments", 1_000),
    (10, "function bodies", 10_000),
    (11, "data segments", 1_000),
];

/// What one run may use. A MIP's manifest names its own; they are part of what two runners must agree on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most fuel, in units (see the crate's third invariant).
    pub fuel_max: u64,
    /// Largest linear memory, in bytes.
    pub memory_max_bytes: u64,
    /// Longest output, in bytes.
    pub output_max_bytes: u64,
}
