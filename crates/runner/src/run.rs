//! One run: a fresh instance, metered, with nothing but the items in reach.

use wasmi::errors::{ErrorKind, MemoryError};
use wasmi::{Caller, Extern, Linker, Memory, ResourceLimiter, Store, TrapCode};
use wasmi_core::LimiterError;

use crate::error::{RunError, Trap};
use crate::limits::{Limits, TABLE_ELEMENTS_MAX};
use crate::runner::{EXPORT_MEMORY, EXPORT_RUN, IMPORT_MODULE, IMPORT_NAME, Module};

/// Bytes that `evidence_read` copies for one unit of fuel: what wasmi charges for `memory.copy`.
const BYTES_PER_FUEL: u64 = 64;

/// What a module answered, and what that cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The output bytes.
    pub output: Vec<u8>,
    /// Fuel spent, in units of the crate's third invariant.
    pub fuel_used: u64,
}

/// What the instance can reach: the items, and the accountant who says how much memory there is.
struct Host<'a> {
    items: &'a [&'a [u8]],
    memory_max: usize,
    /// Set when the accountant stops the module, because the engine's error does not say which limit.
    stopped: Option<RunError>,
}

pub(crate) fn run(module: &Module, items: &[&[u8]], limits: &Limits) -> Result<Outcome, RunError> {
    let memory_max = usize::try_from(limits.memory_max_bytes).unwrap_or(usize::MAX);
    let engine = module.module.engine();
    let mut store = Store::new(engine, Host { items, memory_max, stopped: None });
    store.limiter(|host| host);
    store.set_fuel(limits.fuel_max).map_err(|_| RunError::Engine)?;

    let (packed, memory) = match execute(module, &mut store) {
        Ok(answer) => answer,
        Err(error) => return Err(store.into_data().stopped.unwrap_or_else(|| trapped(&error))),
    };
    let left = store.get_fuel().map_err(|_| RunError::Engine)?;
    let output = output(packed, memory.data(&store), limits)?;
    Ok(Outcome { output, fuel_used: limits.fuel_max.saturating_sub(left) })
}

fn execute(module: &Module, store: &mut Store<Host<'_>>) -> Result<(i64, Memory), wasmi::Error> {
    let mut linker = Linker::new(module.module.engine());
    linker.func_wrap(IMPORT_MODULE, IMPORT_NAME, evidence_read)?;
    let instance = linker.instantiate_and_start(&mut *store, &module.module)?;
    let memory = instance.get_memory(&*store, EXPORT_MEMORY);
    let memory = memory.ok_or_else(|| wasmi::Error::new("load checked the memory export"))?;
    let packed = instance.get_typed_func::<(), i64>(&*store, EXPORT_RUN)?.call(&mut *store, ())?;
    Ok((packed, memory))
}

/// The one import. Copies are paid for before they are made.
fn evidence_read(
    mut caller: Caller<'_, Host<'_>>,
    item: i32,
    ptr: i32,
    cap: i32,
) -> Result<i32, wasmi::Error> {
    let items = caller.data().items;
    let Some(item) = usize::try_from(item).ok().and_then(|item| items.get(item)) else {
        return Ok(-1);
    };
    let len = i32::try_from(item.len()).map_err(|_| TrapCode::MemoryOutOfBounds)?;
    let head = item.get(..cap.cast_unsigned() as usize).unwrap_or(item);
    if !head.is_empty() {
        charge(&mut caller, head.len() as u64 / BYTES_PER_FUEL)?;
        let Some(Extern::Memory(memory)) = caller.get_export(EXPORT_MEMORY) else {
            return Err(TrapCode::MemoryOutOfBounds.into());
        };
        memory
            .write(&mut caller, ptr.cast_unsigned() as usize, head)
            .map_err(|_| TrapCode::MemoryOutOfBounds)?;
    }
    Ok(len)
}

fn charge(caller: &mut Caller<'_, Host<'_>>, fuel: u64) -> Result<(), wasmi::Error> {
    let left = caller.get_fuel()?.checked_sub(fuel).ok_or(TrapCode::OutOfFuel)?;
    caller.set_fuel(left)
}

fn output(packed: i64, memory: &[u8], limits: &Limits) -> Result<Vec<u8>, RunError> {
    let [ptr, len] = [(packed.cast_unsigned() >> 32), packed.cast_unsigned() & 0xffff_ffff]
        .map(|half| u32::try_from(half).unwrap_or(u32::MAX));
    if limits.output_max_bytes < u64::from(len) {
        return Err(RunError::OutputTooLong { len, max: limits.output_max_bytes });
    }
    let bytes = memory.get(ptr as usize..).and_then(|from| from.get(..len as usize));
    let outside = RunError::OutputOutOfBounds { ptr, len, memory: memory.len() };
    bytes.map(<[u8]>::to_vec).ok_or(outside)
}

fn trapped(error: &wasmi::Error) -> RunError {
    let Some(code) = error.as_trap_code() else {
        // Data or element segments outside their memory or table, found while instantiating.
        let table = matches!(error.kind(), ErrorKind::Table(_) | ErrorKind::Instantiation(_));
        let memory = matches!(error.kind(), ErrorKind::Memory(_));
        return match (memory, table) {
            (true, _) => RunError::Trapped(Trap::OutOfBounds),
            (_, true) => RunError::Trapped(Trap::TableOutOfBounds),
            (false, false) => RunError::Engine,
        };
    };
    RunError::Trapped(match code {
        TrapCode::UnreachableCodeReached => Trap::Unreachable,
        TrapCode::MemoryOutOfBounds => Trap::OutOfBounds,
        TrapCode::TableOutOfBounds => Trap::TableOutOfBounds,
        TrapCode::IndirectCallToNull => Trap::NullCall,
        TrapCode::IntegerDivisionByZero => Trap::DivByZero,
        // Conversions need floats, which are refused at load; the name is the nearest.
        TrapCode::IntegerOverflow | TrapCode::BadConversionToInteger => Trap::IntegerOverflow,
        TrapCode::StackOverflow => Trap::StackOverflow,
        TrapCode::BadSignature => Trap::BadSignature,
        TrapCode::OutOfFuel => Trap::OutOfFuel,
        TrapCode::GrowthOperationLimited => Trap::MemoryLimit,
        TrapCode::OutOfSystemMemory => return RunError::HostMemory,
    })
}

impl Host<'_> {
    fn stop(&mut self, reason: RunError) -> LimiterError {
        self.stopped = Some(reason);
        LimiterError::ResourceLimiterDeniedAllocation
    }
}

impl ResourceLimiter for Host<'_> {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> Result<bool, LimiterError> {
        if desired <= self.memory_max {
            Ok(true)
        } else {
            Err(self.stop(RunError::Trapped(Trap::MemoryLimit)))
        }
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> Result<bool, LimiterError> {
        if desired <= TABLE_ELEMENTS_MAX {
            Ok(true)
        } else {
            Err(self.stop(RunError::Trapped(Trap::TableLimit)))
        }
    }

    /// A machine without memory must not look like a module that was refused memory.
    fn memory_grow_failed(&mut self, error: &MemoryError) -> Result<(), LimiterError> {
        let host = matches!(error, MemoryError::OutOfSystemMemory);
        if host { Err(self.stop(RunError::HostMemory)) } else { Ok(()) }
    }

    fn instances(&self) -> usize {
        1
    }

    fn tables(&self) -> usize {
        1
    }

    fn memories(&self) -> usize {
        1
    }
}
