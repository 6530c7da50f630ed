//! The types of members: text, booleans, integers, datetimes, anything, and options, lists and maps of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use comity_wire::mesh_json::{Datetime, Int, Value, append, append_text};

use super::{Field, SchemaError, members};

impl Field for String {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        value.as_str().map(Self::from).ok_or(SchemaError::expected("text"))
    }

    fn write(&self) -> Value {
        Value::Text(self.clone())
    }

    fn append_to(&self, out: &mut Vec<u8>) {
        append_text(self, out);
    }
}

impl Field for bool {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        if let Value::Bool(it) = value { Ok(*it) } else { Err(SchemaError::expected("a boolean")) }
    }

    fn write(&self) -> Value {
        Value::Bool(*self)
    }
}

/// An integer that is not negative.
impl Field for u64 {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        let number = if let Value::Int(int) = value { int.as_str().parse().ok() } else { None };
        number.ok_or(SchemaError::expected("an integer from 0 to 2^64 - 1"))
    }

    fn write(&self) -> Value {
        Value::from(*self)
    }
}

/// An integer of any size.
impl Field for Int {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        if let Value::Int(int) = value {
            Ok(int.clone())
        } else {
            Err(SchemaError::expected("an integer"))
        }
    }

    fn write(&self) -> Value {
        Value::Int(self.clone())
    }
}

impl Field for Datetime {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        Self::from_value(value).map_err(|_| SchemaError::expected("a datetime"))
    }

    fn write(&self) -> Value {
        Value::from(*self)
    }

    fn append_to(&self, out: &mut Vec<u8>) {
        append_text(&self.to_string(), out);
    }
}

/// Anything.
impl Field for Value {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        Ok(value.clone())
    }

    fn write(&self) -> Value {
        self.clone()
    }

    fn append_to(&self, out: &mut Vec<u8>) {
        append(self, out);
    }
}

/// `null` for nothing.
impl<T: Field> Field for Option<T> {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        if *value == Value::Null { Ok(None) } else { T::read(value).map(Some) }
    }

    fn write(&self) -> Value {
        self.as_ref().map_or(Value::Null, Field::write)
    }

    fn append_to(&self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.append_to(out),
            None => append(&Value::Null, out),
        }
    }
}

/// What several share.
impl<T: Field> Field for Arc<T> {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        T::read(value).map(Self::new)
    }

    fn write(&self) -> Value {
        T::write(self)
    }

    fn append_to(&self, out: &mut Vec<u8>) {
        T::append_to(self, out);
    }
}

impl<T: Field> Field for Vec<T> {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        let Value::List(items) = value else { return Err(SchemaError::expected("a list")) };
        let item = |(at, item)| T::read(item).map_err(|error| error.within(&format!("{at}")));
        items.iter().enumerate().map(item).collect()
    }

    fn write(&self) -> Value {
        Value::List(self.iter().map(Field::write).collect())
    }

    fn append_to(&self, out: &mut Vec<u8>) {
        out.push(b'[');
        append_each(self.iter(), Field::append_to, out);
        out.push(b']');
    }
}

impl<T: Field> Field for BTreeMap<String, T> {
    fn read(value: &Value) -> Result<Self, SchemaError> {
        let member = |(name, value): (&String, &Value)| {
            let member = T::read(value).map_err(|error| error.within(name))?;
            Ok((name.clone(), member))
        };
        members(value)?.iter().map(member).collect()
    }

    fn write(&self) -> Value {
        Value::Map(self.iter().map(|(name, value)| (name.clone(), value.write())).collect())
    }

    fn append_to(&self, out: &mut Vec<u8>) {
        let member = |(name, value): (&String, &T), out: &mut Vec<u8>| {
            append_text(name, out);
            out.push(b':');
            value.append_to(out);
        };
        out.push(b'{');
        append_each(self.iter(), member, out);
        out.push(b'}');
    }
}

/// Appends a list, or what stands between the members of an object, with commas between.
fn append_each<T>(
    items: impl Iterator<Item = T>,
    mut each: impl FnMut(T, &mut Vec<u8>),
    out: &mut Vec<u8>,
) {
    for (at, item) in items.enumerate() {
        if at != 0 {
            out.push(b',');
        }
        each(item, out);
    }
}
