//! Why a module was refused or a run ended without output.

/// Why a module was refused, or why its run has no output.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The module is longer than [`MODULE_BYTES_MAX`](crate::MODULE_BYTES_MAX).
    #[error("module is {len} bytes, the limit is {max}")]
    ModuleTooLarge {
        /// Length of the module, in bytes.
        len: usize,
        /// The limit, in bytes.
        max: usize,
    },
    /// The bytes do not begin like a core wasm module: text, a component, something else.
    #[error("not a core wasm module")]
    NotCoreWasm,
    /// The bytes end early or a length inside them is wrong.
    #[error("malformed module at byte {at}")]
    Malformed {
        /// Offset of the first offending byte.
        at: u64,
    },
    /// A section has more entries than allowed, or a function more locals.
    #[error("module has {count} {what}, the limit is {max}")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many the module has.
        count: u64,
        /// The limit.
        max: u64,
    },
    /// The module has a start function, which would run before anybody asked.
    #[error("module has a start function")]
    StartFunction,
    /// The module uses floating point, whose results differ between machines.
    #[error("module uses floating point")]
    Float,
    /// The module is not valid wasm, or uses a proposal that ABI 1 leaves out.
    #[error("invalid module, or a feature outside ABI 1, at byte {at}")]
    Invalid {
        /// Offset at which validation stopped.
        at: u64,
    },
    /// The module is valid but the engine cannot compile it.
    #[error("module exceeds an implementation limit of the engine")]
    Untranslatable,
    /// The module imports something other than `comity.evidence_read`.
    #[error("module imports {module}.{name}, which nobody provides")]
    Import {
        /// Name of the imported module, at most 32 characters of it.
        module: String,
        /// Name of the imported item, at most 32 characters of it.
        name: String,
    },
    /// The module imports `comity.evidence_read` with other parameters or results.
    #[error("module imports comity.evidence_read with the wrong type")]
    ImportType,
    /// A required export is absent.
    #[error("module does not export {name}")]
    MissingExport {
        /// Name of the export.
        name: &'static str,
    },
    /// A required export has the wrong type.
    #[error("module exports {name} with the wrong type")]
    ExportType {
        /// Name of the export.
        name: &'static str,
    },
    /// More items, or a longer one, than can be handed to a module. The caller's fault.
    #[error("{count} items, the longest of {longest} bytes, cannot be handed to a module")]
    Items {
        /// Number of items.
        count: usize,
        /// Length of the longest, in bytes.
        longest: usize,
    },
    /// The module was stopped.
    #[error("module trapped: {0}")]
    Trapped(Trap),
    /// The output does not lie inside the memory.
    #[error("output of {len} bytes at {ptr} lies outside the memory of {memory} bytes")]
    OutputOutOfBounds {
        /// Where the module says that its output begins.
        ptr: u32,
        /// How long it says that its output is, in bytes.
        len: u32,
        /// Size of its memory, in bytes.
        memory: usize,
    },
    /// The output is longer than the limit.
    #[error("output is {len} bytes, the limit is {max}")]
    OutputTooLong {
        /// Length of the output, in bytes.
        len: u32,
        /// The limit, in bytes.
        max: u64,
    },
    /// This machine could not provide memory within the limit. Says nothing about the module: try elsewhere.
    #[error("this machine is out of memory")]
    HostMemory,
    /// The engine refused in a way that it should not be able to. A bug here, not in the module.
    #[error("engine failed unexpectedly")]
    Engine,
}

impl RunError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ModuleTooLarge { .. } => "runner.module_too_large",
            Self::NotCoreWasm => "runner.not_core_wasm",
            Self::Malformed { .. } => "runner.malformed",
            Self::TooMany { .. } => "runner.too_many",
            Self::StartFunction => "runner.start_function",
            Self::Float => "runner.float",
            Self::Invalid { .. } => "runner.invalid",
            Self::Untranslatable => "runner.untranslatable",
            Self::Import { .. } => "runner.import",
            Self::ImportType => "runner.import_type",
            Self::MissingExport { .. } => "runner.missing_export",
            Self::ExportType { .. } => "runner.export_type",
            Self::Items { .. } => "runner.items",
            Self::Trapped(trap) => trap.code(),
            Self::OutputOutOfBounds { .. } => "runner.output_out_of_bounds",
            Self::OutputTooLong { .. } => "runner.output_too_long",
            Self::HostMemory => "runner.host_memory",
            Self::Engine => "runner.engine",
        }
    }
}

/// What stopped a module. Every kind is deterministic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Trap {
    /// The module said `unreachable`: it gave up.
    #[error("unreachable executed")]
    Unreachable,
    /// Memory was accessed outside its bounds, by the module or for it.
    #[error("memory access out of bounds")]
    OutOfBounds,
    /// A table was accessed outside its bounds.
    #[error("table access out of bounds")]
    TableOutOfBounds,
    /// An empty table element was called.
    #[error("indirect call to null")]
    NullCall,
    /// A table element was called with the wrong type.
    #[error("indirect call with the wrong type")]
    BadSignature,
    /// An integer was divided by zero.
    #[error("division by zero")]
    DivByZero,
    /// The smallest integer was divided by minus one.
    #[error("integer overflow")]
    IntegerOverflow,
    /// Calls are nested too deeply.
    #[error("stack overflow")]
    StackOverflow,
    /// The fuel is spent.
    #[error("out of fuel")]
    OutOfFuel,
    /// The memory would grow beyond the limit.
    #[error("memory limit exceeded")]
    MemoryLimit,
    /// The table is larger than [`TABLE_ELEMENTS_MAX`](crate::TABLE_ELEMENTS_MAX).
    #[error("table limit exceeded")]
    TableLimit,
}

impl Trap {
    /// Stable name for machines.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "runner.trap.unreachable",
            Self::OutOfBounds => "runner.trap.out_of_bounds",
            Self::TableOutOfBounds => "runner.trap.table_out_of_bounds",
            Self::NullCall => "runner.trap.null_call",
            Self::BadSignature => "runner.trap.bad_signature",
            Self::DivByZero => "runner.trap.div_by_zero",
            Self::IntegerOverflow => "runner.trap.integer_overflow",
            Self::StackOverflow => "runner.trap.stack_overflow",
            Self::OutOfFuel => "runner.trap.out_of_fuel",
            Self::MemoryLimit => "runner.trap.memory_limit",
            Self::TableLimit => "runner.trap.table_limit",
        }
    }
}
