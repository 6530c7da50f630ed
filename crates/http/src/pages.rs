//! Documents about the interface, made from its table.

use std::collections::BTreeMap;

use comity_wire::mesh_json::Value;

use crate::routes::TABLE;

/// The interface as an `OpenAPI` document, as seen from `base`.
pub(crate) fn openapi(base: &str) -> Value {
    let mut paths: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
    for line in TABLE {
        let answer = Value::from([("description", Value::from("See the reference"))]);
        let about = Value::from([
            ("summary", Value::from(line.about)),
            ("responses", Value::from([("default", answer)])),
        ]);
        let method = line.method.as_str().to_ascii_lowercase();
        paths.entry(line.path.replace("{*", "{")).or_default().insert(method, about);
    }
    let paths = paths.into_iter().map(|(path, methods)| (path, Value::Map(methods))).collect();
    let info = [("title", Value::from("Network authority")), ("version", Value::from("1"))];
    let server = Value::from([("url", Value::from(base))]);
    Value::from([
        ("openapi", Value::from("3.0.3")),
        ("info", Value::from(info)),
        ("servers", Value::List(vec![server])),
        ("paths", Value::Map(paths)),
    ])
}

/// The interface as text.
pub(crate) fn reference() -> String {
    let line = |line: &crate::routes::Line| {
        format!("{:<6} {:<52} {}\n", line.method, line.path, line.about)
    };
    TABLE.iter().map(line).collect()
}
