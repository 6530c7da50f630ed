//! The runner as the node's engine.

use comity_node::{Engine, RunFailure, RunLimits, RunOutput};

use crate::{ENGINE, Limits, RunError, Runner};

impl Engine for Runner {
    fn name(&self) -> &'static str {
        ENGINE
    }

    fn run(
        &self,
        module: &[u8],
        items: &[&[u8]],
        limits: &RunLimits,
    ) -> Result<RunOutput, RunFailure> {
        let failure = |error: RunError| RunFailure { code: error.code() };
        let limits = Limits {
            fuel_max: limits.fuel_max,
            memory_max_bytes: limits.memory_max_bytes,
            output_max_bytes: limits.output_max_bytes,
        };
        let outcome = self.load(module).map_err(failure)?.run(items, &limits).map_err(failure)?;
        Ok(RunOutput { bytes: outcome.output, fuel: outcome.fuel_used })
    }
}
