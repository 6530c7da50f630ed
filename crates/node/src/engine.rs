//! The seam to the room that runs wasm.

/// What a run may use. Fuel decides, never a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunLimits {
    /// Fuel units.
    pub fuel_max: u64,
    /// Linear memory, in bytes.
    pub memory_max_bytes: u64,
    /// Output, in bytes.
    pub output_max_bytes: u64,
}

/// What a run answered and what it cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunOutput {
    /// The bytes that the module returned.
    pub bytes: Vec<u8>,
    /// Fuel units used.
    pub fuel: u64,
}

/// Why a run gave no answer. The same module on the same input always fails the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("module did not answer: {code}")]
pub struct RunFailure {
    /// Stable name, e.g. `runner.trap.unreachable`.
    pub code: &'static str,
}

/// Runs a module of ABI 1 over its evidence items. Deterministic in output and fuel.
pub trait Engine {
    /// Name and version, as reports state it.
    fn name(&self) -> &'static str;

    /// Runs `module` to its end or its limit.
    fn run(
        &self,
        module: &[u8],
        items: &[&[u8]],
        limits: &RunLimits,
    ) -> Result<RunOutput, RunFailure>;
}
