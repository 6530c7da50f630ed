//! Reading a document that has one byte form, piece by piece: what is fixed is compared, what varies ends at a quote.

use crate::scan::prefix;
use crate::{WireError, find};

/// A document, and how far it has been read.
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// What it is not, once it differs.
    form: &'static str,
}

impl<'a> Reader<'a> {
    /// At the beginning; `form` is said of a document that is not of this form.
    pub(crate) const fn new(bytes: &'a [u8], form: &'static str) -> Self {
        Self { bytes, at: 0, form }
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Reads `text` if it comes next.
    pub(crate) fn skips(&mut self, text: &str) -> bool {
        let is_next = self.rest().starts_with(text.as_bytes());
        self.at += if is_next { text.len() } else { 0 };
        is_next
    }

    /// Reads `text`, which must come next.
    pub(crate) fn literal(&mut self, text: &str) -> Result<(), WireError> {
        if self.skips(text) { Ok(()) } else { Err(self.other_form()) }
    }

    /// The bytes up to the next quote, which is left unread.
    pub(crate) fn until_quote(&mut self) -> Result<&'a [u8], WireError> {
        let rest = self.rest();
        let len =
            find::quote(rest).ok_or(WireError::Syntax { at: self.at, what: "a closing quote" })?;
        self.at += len;
        Ok(rest.get(..len).unwrap_or_default())
    }

    /// As [`Self::until_quote`], as text.
    pub(crate) fn text(&mut self) -> Result<&'a str, WireError> {
        let begin = self.at;
        std::str::from_utf8(self.until_quote()?)
            .map_err(|error| WireError::NotUnicode { at: begin + error.valid_up_to() })
    }

    /// The canonical value that comes next, `depth` levels deep in the document.
    pub(crate) fn value(&mut self, depth: usize) -> Result<&'a str, WireError> {
        let value = prefix(self.rest(), depth)?;
        self.at += value.len();
        Ok(value)
    }

    /// Nothing may be left.
    pub(crate) fn end(&self, what: &'static str) -> Result<(), WireError> {
        if self.rest().is_empty() {
            Ok(())
        } else {
            Err(WireError::NotCanonical { at: self.at, what })
        }
    }

    const fn other_form(&self) -> WireError {
        WireError::NotCanonical { at: self.at, what: self.form }
    }
}
