//! A first look at a module's outline, before the engine sees it: is it core wasm, does it have a start
//! function, are there too many of anything. Reads section headers and the local declarations of function
//! bodies; everything else is the engine's to validate.

use crate::error::RunError;
use crate::limits::{LOCALS_MAX, MODULE_BYTES_MAX, SECTIONS};

/// `\0asm`, version 1, layer 0. A component has layer 1.
const MAGIC: [u8; 8] = *b"\0asm\x01\0\0\0";
const START_SECTION: u8 = 8;
const CODE_SECTION: u8 = 10;

/// Refuses what is not core wasm, has a start function, or has too many of anything.
pub(crate) fn scan(module: &[u8]) -> Result<(), RunError> {
    if MODULE_BYTES_MAX < module.len() {
        return Err(RunError::ModuleTooLarge { len: module.len(), max: MODULE_BYTES_MAX });
    }
    let Some(mut rest) = module.strip_prefix(&MAGIC) else {
        let truncated = MAGIC.starts_with(module);
        let malformed = RunError::Malformed { at: module.len() as u64 };
        return Err(if truncated { malformed } else { RunError::NotCoreWasm });
    };
    while let Some((&id, after_id)) = rest.split_first() {
        let mut reader = Reader { rest: after_id, len: module.len() };
        let size = reader.leb()?;
        let body = reader.take(size)?;
        section(id, Reader { rest: body, len: module.len() - reader.rest.len() })?;
        rest = reader.rest;
    }
    Ok(())
}

fn section(id: u8, mut body: Reader<'_>) -> Result<(), RunError> {
    if id == START_SECTION {
        return Err(RunError::StartFunction);
    }
    let Some((_, what, max)) = SECTIONS.into_iter().find(|(known, ..)| *known == id) else {
        return Ok(()); // custom sections are ignored; unknown ones are the engine's to refuse
    };
    let count = body.leb()?;
    at_most(what, count, max)?;
    if id == CODE_SECTION {
        for _ in 0..count {
            let size = body.leb()?;
            let rest = body.take(size)?;
            locals(Reader { rest, len: body.len - body.rest.len() })?;
        }
    }
    Ok(())
}

/// Sums up the local declarations at the head of a function body.
fn locals(mut body: Reader<'_>) -> Result<(), RunError> {
    let groups = body.leb()?;
    let mut total = 0_u64;
    for _ in 0..groups {
        total = total.saturating_add(body.leb()?);
        at_most("locals in one function", total, LOCALS_MAX)?;
        body.take(1)?; // the type: one byte for every type that ABI 1 allows
    }
    Ok(())
}

fn at_most(what: &'static str, count: u64, max: u64) -> Result<(), RunError> {
    if count <= max { Ok(()) } else { Err(RunError::TooMany { what, count, max }) }
}

/// Bytes yet to be read, and the offset at which they end.
struct Reader<'a> {
    rest: &'a [u8],
    len: usize,
}

impl<'a> Reader<'a> {
    fn malformed(&self) -> RunError {
        RunError::Malformed { at: (self.len - self.rest.len()) as u64 }
    }

    /// An unsigned LEB128 number of at most 32 bits.
    fn leb(&mut self) -> Result<u64, RunError> {
        let mut value = 0_u64;
        for shift in [0, 7, 14, 21, 28] {
            let (&byte, rest) = self.rest.split_first().ok_or_else(|| self.malformed())?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                if u64::from(u32::MAX) < value {
                    return Err(self.malformed());
                }
                self.rest = rest;
                return Ok(value);
            }
            self.rest = rest;
        }
        Err(self.malformed())
    }

    fn take(&mut self, count: u64) -> Result<&'a [u8], RunError> {
        let split = usize::try_from(count).ok().and_then(|count| self.rest.split_at_checked(count));
        let (taken, rest) = split.ok_or_else(|| self.malformed())?;
        self.rest = rest;
        Ok(taken)
    }
}
