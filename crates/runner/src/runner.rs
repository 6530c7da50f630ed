//! Judging a module: what is loaded can be run, and needs no further check.

use comity_wire::{Digest, sha256};
use wasmi::errors::ErrorKind;
use wasmi::{CompilationMode, Config, Engine, ExternType, FuncType, ImportType, ValType};

use crate::error::RunError;
use crate::limits::{ITEM_BYTES_MAX, ITEMS_MAX, Limits, RECURSION_MAX, STACK_BYTES_MAX};
use crate::run::{self, Outcome};
use crate::scan::scan;

/// Engine and version, for reports: fuel is only comparable between equal engines.
pub const ENGINE: &str = "wasmi 2.0.0";

pub(crate) const IMPORT_MODULE: &str = "comity";
pub(crate) const IMPORT_NAME: &str = "evidence_read";
pub(crate) const EXPORT_MEMORY: &str = "memory";
pub(crate) const EXPORT_RUN: &str = "run";

/// Longest part of a name from a module that an error repeats, in characters.
const NAME_CHARS_MAX: usize = 32;

/// Loads modules. One is enough for a process.
#[derive(Debug)]
pub struct Runner {
    engine: Engine,
}

impl Default for Runner {
    fn default() -> Self {
        Self::new()
    }
}

impl Runner {
    /// A runner whose engine has the fixed settings of ABI 1.
    pub fn new() -> Self {
        Self { engine: Engine::new(&config()) }
    }

    /// Judges a module: limits, core wasm, no floats, no start function, the one import, the two exports.
    /// Nothing of it is executed.
    pub fn load(&self, wasm: &[u8]) -> Result<Module, RunError> {
        scan(wasm)?;
        // Validated as a whole first: wasmi 2.0.0 translates while it validates, and trips over its own
        // assertions on some invalid bodies before its validator gets to refuse them.
        wasmi::Module::validate(&self.engine, wasm).map_err(|error| refusal(&error, wasm))?;
        let module =
            wasmi::Module::new(&self.engine, wasm).map_err(|error| refusal(&error, wasm))?;
        module.imports().try_for_each(|import| check_import(&import))?;
        check_exports(&module)?;
        Ok(Module { module, digest: sha256(wasm) })
    }
}

/// A module that may be run, any number of times, on any thread.
#[derive(Clone, Debug)]
pub struct Module {
    pub(crate) module: wasmi::Module,
    digest: Digest,
}

impl Module {
    /// SHA-256 of the bytes that were loaded.
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// Runs the module once, in a fresh instance, over `items`.
    ///
    /// # Errors
    ///
    /// [`RunError::Items`] if the items cannot be addressed, [`RunError::Trapped`] if the module was
    /// stopped, [`RunError::OutputOutOfBounds`] and [`RunError::OutputTooLong`] if what it points at is
    /// not usable, and [`RunError::HostMemory`] if this machine is too small for the limits.
    pub fn run(&self, items: &[&[u8]], limits: &Limits) -> Result<Outcome, RunError> {
        let longest = items.iter().map(|item| item.len()).max().unwrap_or(0);
        if ITEMS_MAX < items.len() || ITEM_BYTES_MAX < longest {
            return Err(RunError::Items { count: items.len(), longest });
        }
        run::run(self, items, limits)
    }
}

/// Everything that the engine could do differently is decided here and not left to its defaults.
fn config() -> Config {
    let mut config = Config::default();
    // In: what compilers emit for "wasm32v1" and bulk memory, whose fuel grows with the bytes moved.
    config.wasm_mutable_global(true).wasm_sign_extension(true).wasm_bulk_memory(true);
    // Out: floats; and what no verifier needs. Multi-value would also allow small modules whose
    // translation is quadratic (wide blocks times branch tables).
    config.floats(false).wasm_saturating_float_to_int(false).allow_start_fn(false);
    config.wasm_multi_value(false).wasm_multi_memory(false).wasm_reference_types(false);
    config.wasm_tail_call(false).wasm_extended_const(false);
    config.wasm_custom_page_sizes(false).wasm_wide_arithmetic(false);
    // Lazy translation would charge the first run of a module for it, and not the second.
    config.compilation_mode(CompilationMode::Eager).consume_fuel(true);
    config.set_max_recursion_depth(RECURSION_MAX).set_max_stack_height(STACK_BYTES_MAX);
    config.ignore_custom_sections(true);
    config
}

/// Names the reason of a refusal. A module that is valid with floats switched on is refused for them.
fn refusal(error: &wasmi::Error, wasm: &[u8]) -> RunError {
    let mut with_floats = config();
    with_floats.floats(true).wasm_saturating_float_to_int(true);
    let ErrorKind::Wasm(error) = error.kind() else { return RunError::Untranslatable };
    match wasmi::Module::validate(&Engine::new(&with_floats), wasm) {
        Ok(()) => RunError::Float,
        Err(_) => RunError::Invalid { at: error.offset() as u64 },
    }
}

fn check_import(import: &ImportType<'_>) -> Result<(), RunError> {
    if (import.module(), import.name()) != (IMPORT_MODULE, IMPORT_NAME) {
        let start_of = |name: &str| name.chars().take(NAME_CHARS_MAX).collect();
        return Err(RunError::Import {
            module: start_of(import.module()),
            name: start_of(import.name()),
        });
    }
    match import.ty() {
        ExternType::Func(ty) if *ty == FuncType::new([ValType::I32; 3], [ValType::I32]) => Ok(()),
        ExternType::Func(_)
        | ExternType::Memory(_)
        | ExternType::Table(_)
        | ExternType::Global(_) => Err(RunError::ImportType),
    }
}

fn check_exports(module: &wasmi::Module) -> Result<(), RunError> {
    let export =
        |name| module.get_export(name).ok_or(RunError::MissingExport { name }).map(|ty| (name, ty));
    let wrong = |name| Err(RunError::ExportType { name });
    match export(EXPORT_MEMORY)? {
        (_, ExternType::Memory(_)) => {}
        (name, _) => return wrong(name),
    }
    match export(EXPORT_RUN)? {
        (_, ExternType::Func(ty)) if ty == FuncType::new([], [ValType::I64]) => Ok(()),
        (name, _) => wrong(name),
    }
}
