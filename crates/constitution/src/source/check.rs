//! Both files against the rows and the relations.

mod lists;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::report::Report;
use super::schema::{self, Generation, Key, Kind, expand, short};
use super::value::{Value, nano};
use super::{File, relation};
use crate::nano::Nano;

/// Where a rule of the form itself comes from.
const FORM: &str = "closed here";

/// Checks one file or both. A relation between the two is judged when both are given.
pub fn check(files: &BTreeMap<File, &Value>) -> Report {
    let mut report = Report::default();
    let mut numbers = BTreeMap::new();
    let generations: Vec<Generation> =
        files.iter().map(|(file, value)| generation(*file, value)).collect();
    for (file, value) in files {
        let generation = generation(*file, value);
        let rows = ROWS.iter().filter(|row| row.file == *file && row.key.since <= generation);
        let mut walk = Walk { report: &mut report, numbers: &mut numbers };
        walk.object(file.name(), value, &rows.map(Row::whole).collect::<Vec<_>>());
        lists::check(*file, value, &mut report);
    }
    let is_founding = generations.iter().all(|generation| *generation == Generation::Founding);
    for instance in INSTANCES.iter() {
        if is_founding || !instance.relation.is_founding_only {
            judge(instance, &numbers, &mut report);
        }
    }
    lists::warn(files, &mut report);
    if generations.windows(2).any(|pair| pair.first() != pair.last()) {
        report.warning("policy/version", "the two files are of different versions", FORM);
    }
    if let [file] = files.keys().copied().collect::<Vec<_>>().as_slice() {
        report.warning(
            file.name(),
            "the other file was not given: what both say was not compared",
            FORM,
        );
    }
    report
}

/// The version that a file is of: the one that it names, or else the one whose members it has.
fn generation(file: File, value: &Value) -> Generation {
    match value.get("version").and_then(Value::as_text) {
        Some("0.2" | "0.3") => Generation::Founding,
        Some("0.4") => Generation::Later,
        _ => {
            let only_later = |key: &&Key| key.since == Generation::Later;
            let mut tops = schema::keys(file).filter(only_later);
            let has =
                |key: &Key| value.at(&key.path.split('/').take(1).collect::<Vec<_>>()).is_some();
            let known: BTreeSet<&str> = schema::keys(file)
                .filter(|key| key.since == Generation::Founding)
                .filter_map(|key| key.path.split('/').next())
                .collect();
            let is_new =
                |key: &Key| !key.path.split('/').next().is_some_and(|top| known.contains(top));
            if tops.any(|key| is_new(key) && has(key)) {
                Generation::Later
            } else {
                Generation::Founding
            }
        }
    }
}

/// A row with its path in parts.
struct Row {
    file: File,
    names: Vec<String>,
    key: &'static Key,
}

/// What is left of a row's path at some depth.
type Rest<'a> = (&'a [String], &'static Key);

impl Row {
    fn whole(&self) -> Rest<'_> {
        (&self.names, self.key)
    }
}

/// A relation with the paths of one of its alternatives.
struct Instance {
    relation: &'static relation::Relation,
    paths: Vec<String>,
}

/// Every row, with its pattern written out.
static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let of = |file: File| {
        schema::keys(file).flat_map(move |key| {
            expand(key.path).into_iter().map(move |path| {
                let names = path.split('/').map(str::to_owned).collect();
                Row { file, names, key }
            })
        })
    };
    File::ALL.into_iter().flat_map(of).collect()
});

/// Every relation, with its patterns written out.
static INSTANCES: LazyLock<Vec<Instance>> = LazyLock::new(|| {
    let of = |relation: &'static relation::Relation| {
        let paths: Vec<Vec<String>> = relation.reads.iter().map(|path| expand(path)).collect();
        let count = paths.iter().map(Vec::len).max().unwrap_or(0);
        (0..count).map(move |at| {
            // A path without alternatives is the same in each.
            let chosen = paths.iter().filter_map(|paths| paths.get(at).or_else(|| paths.first()));
            Instance { relation, paths: chosen.cloned().collect() }
        })
    };
    relation::all().flat_map(of).collect()
});

struct Walk<'a> {
    report: &'a mut Report,
    /// Every number that is as it must be, by its path.
    numbers: &'a mut BTreeMap<String, Nano>,
}

impl Walk<'_> {
    /// An object that must have exactly the members that the rows name.
    fn object(&mut self, path: &str, value: &Value, rows: &[Rest<'_>]) {
        let Value::Map(members) = value else {
            let what = format!("is {} ({}), must be an object", value.brief(60), value.kind());
            self.report.violation(path, what, FORM);
            return;
        };
        let mut groups: Vec<(&str, Vec<Rest<'_>>)> = Vec::new();
        for (names, key) in rows {
            let Some((first, rest)) = names.split_first() else { continue };
            match groups.iter_mut().find(|(name, _)| *name == first) {
                Some((_, group)) => group.push((rest, key)),
                None => groups.push((first, vec![(rest, key)])),
            }
        }
        let mut seen = BTreeSet::new();
        for (name, _) in members {
            let here = format!("{path}/{name}");
            if !seen.insert(name) {
                self.report.violation(&here, "is there twice", FORM);
            } else if name.contains(['.', '/']) {
                let what = "a name with a separator could stand for another path";
                self.report.violation(&here, what, FORM);
            } else if !groups.iter().any(|(known, _)| known == name) {
                self.report.violation(&here, "is no member of this version", FORM);
            }
        }
        for (name, group) in &groups {
            let here = format!("{path}/{name}");
            let Some(value) = value.get(name) else {
                let source = group.first().map_or(FORM, |(_, key)| key.source);
                self.report.violation(&here, "is missing", source);
                continue;
            };
            match group.as_slice() {
                [([], key)] => self.leaf(&here, value, key),
                _ => self.object(&here, value, group),
            }
        }
    }

    fn leaf(&mut self, path: &str, value: &Value, key: &Key) {
        if let Some(fault) = key.kind.fault(value) {
            self.report.violation(path, fault, key.source);
        } else if let Some(number) = number(key.kind, value) {
            self.numbers.insert(path.to_owned(), number);
        }
    }
}

/// The number that a good value stands for; none if its kind is no number.
fn number(kind: Kind, value: &Value) -> Option<Nano> {
    match (kind, value) {
        (Kind::Count(..) | Kind::Share(_), Value::Number(number)) => number.to_nano().ok(),
        (Kind::ShareText(_), Value::Text(text)) => nano(text).ok(),
        _ => None,
    }
}

/// Judges a relation, if all of its numbers are there.
fn judge(instance: &Instance, numbers: &BTreeMap<String, Nano>, report: &mut Report) {
    let Instance { relation, paths } = instance;
    let values: Option<Vec<Nano>> = paths.iter().map(|path| numbers.get(path).copied()).collect();
    let Some(values) = values.filter(|values| !(relation.holds)(values)) else { return };
    let shown: Vec<String> = paths
        .iter()
        .zip(&values)
        .map(|(path, value)| format!("{path} is {}", short(*value)))
        .collect();
    let what = format!("{}: {}", relation.says, shown.join(", "));
    if let Some(first) = paths.first() {
        report.violation(first.as_str(), what, relation.source);
    }
}
