//! The layer rule: arrows between crates point down, and light crates stay light.
//!
//! A crate that is not in [`ROOMS`] is refused: a new room is a decision, made here and in
//! ARCHITECTURE.md together.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use anyhow::Context as _;
use serde_json::Value;

use crate::{shell, tree::Violation};

const RULE: &str = "layers";

/// The floors of the house, lowest first. A crate may depend on every lower floor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Floor {
    Foundation,
    Domain,
    Node,
    Shell,
    Binary,
    /// Test support and automation: no other floor may depend on it, but for tests.
    Dev,
}

/// Folder, floor, and the crates on the same floor that it may depend on.
const ROOMS: &[(&str, Floor, &[&str])] = &[
    ("wire", Floor::Foundation, &[]),
    ("sign", Floor::Foundation, &["wire"]),
    ("bls", Floor::Foundation, &["wire", "sign"]),
    ("tlog", Floor::Foundation, &["wire", "sign"]),
    ("mesh", Floor::Domain, &["constitution"]),
    ("authority", Floor::Domain, &["mesh"]),
    ("constitution", Floor::Domain, &[]),
    ("mission", Floor::Domain, &["constitution"]),
    ("trust", Floor::Domain, &["constitution"]),
    ("mycel", Floor::Domain, &["constitution"]),
    ("commitment", Floor::Domain, &["constitution"]),
    ("replay", Floor::Domain, &["commitment", "constitution", "mesh", "mission", "mycel", "trust"]),
    ("arena", Floor::Domain, &["mycel"]),
    ("grid", Floor::Domain, &["mesh", "trust"]),
    ("coalition", Floor::Domain, &["constitution"]),
    ("kernel", Floor::Domain, &[]),
    ("capsule", Floor::Domain, &[]),
    ("twin", Floor::Domain, &["sync"]),
    ("sync", Floor::Domain, &[]),
    ("prove", Floor::Domain, &[]),
    ("node", Floor::Node, &[]),
    ("anchor", Floor::Shell, &[]),
    ("client", Floor::Shell, &[]),
    ("coalition-almanac", Floor::Shell, &[]),
    ("coalition-atlas", Floor::Shell, &[]),
    ("coalition-chronicle", Floor::Shell, &[]),
    ("coalition-compute", Floor::Shell, &[]),
    ("coalition-intents", Floor::Shell, &[]),
    ("coalition-ledger", Floor::Shell, &[]),
    ("committee", Floor::Shell, &[]),
    ("dtn", Floor::Shell, &[]),
    ("evolve", Floor::Shell, &[]),
    ("http", Floor::Shell, &["store"]),
    ("keyfile", Floor::Shell, &[]),
    ("learn", Floor::Shell, &[]),
    ("runner", Floor::Shell, &[]),
    ("store", Floor::Shell, &[]),
    ("tile", Floor::Shell, &[]),
    ("tile-image", Floor::Shell, &[]),
    // `comity verify` is the same program behind another door.
    ("comity", Floor::Binary, &["verify"]),
    ("verify", Floor::Binary, &[]),
    ("bench", Floor::Dev, &["sim", "testkit"]),
    ("bench-compare", Floor::Dev, &["comity", "sim", "testkit", "verify"]),
    ("sim", Floor::Dev, &["comity", "testkit"]),
    ("testkit", Floor::Dev, &[]),
    ("xtask", Floor::Dev, &[]),
];

/// Heavy or impure packages and the only folders that may name them outside tests.
const OWNERS: &[(&str, &[&str])] = &[
    ("age", &["keyfile"]),
    ("alloy", &["anchor"]),
    ("anyhow", &["comity", "verify", "xtask", "bench", "bench-compare"]),
    ("axum", &["http"]),
    ("clap", &["comity", "verify", "bench", "bench-compare"]),
    ("getrandom", &["comity", "verify", "bench", "bench-compare"]),
    ("hyper", &["http"]),
    ("mosaik", &["committee"]),
    ("redb", &["store"]),
    ("rustls", &["client"]),
    ("tokio", &["http", "committee"]),
    ("k256", &["anchor"]),
    ("ureq", &["anchor", "client"]),
    ("wasmi", &["runner", "bench-compare"]),
    ("wasmtime", &["runner", "bench-compare"]),
];

/// What may never be in the normal closure of a default member.
const HEAVY: &[&str] = &[
    "age",
    "alloy",
    "axum",
    "clap",
    "getrandom",
    "hyper",
    "iroh",
    "k256",
    "mosaik",
    "redb",
    "rustls",
    "tokio",
    "ureq",
    "wasmi",
    "wasmtime",
];

/// What may never be in the normal closure of `comity-verify`.
const NOT_IN_VERIFY: &[&str] = &[
    "age",
    "alloy",
    "axum",
    "comity-anchor",
    "comity-client",
    "comity-http",
    "comity-keyfile",
    "comity-runner",
    "comity-store",
    "iroh",
    "k256",
    "mosaik",
    "redb",
    "rustls",
    "tokio",
    "ureq",
    "wasmi",
    "wasmtime",
];

/// One member of the workspace as its manifest declares it.
#[derive(Clone, Debug)]
pub(super) struct Manifest {
    pub(super) package: String,
    pub(super) folder: String,
    pub(super) needs: Vec<Need>,
}

/// One direct dependency.
#[derive(Clone, Debug)]
pub(super) struct Need {
    pub(super) package: String,
    /// Only tests, examples and benches see it.
    pub(super) dev: bool,
}

/// Reads the manifests and the closures, and checks them.
pub(super) fn check(root: &Path) -> anyhow::Result<Vec<Violation>> {
    let args = ["metadata", "--no-deps", "--offline", "--format-version", "1"];
    let metadata = shell::capture(&mut shell::cargo(root, &args))?;
    let metadata: Value = serde_json::from_str(&metadata).context("read cargo metadata")?;
    let manifests = manifests(&metadata);
    let mut broken = arrows(&manifests);

    let light = default_members(&metadata);
    for (package, heavy) in forbidden_in(root, &light, HEAVY)? {
        broken.push(closure_violation(&package, &heavy));
    }
    if manifests.iter().any(|manifest| manifest.package == "comity-verify") {
        let verify = ["comity-verify".to_owned()];
        for (package, heavy) in forbidden_in(root, &verify, NOT_IN_VERIFY)? {
            broken.push(closure_violation(&package, &heavy));
        }
    }
    Ok(broken)
}

fn closure_violation(package: &str, heavy: &str) -> Violation {
    let what = format!(
        "{package} reaches {heavy}: move the code that needs it to a shell crate \
         (`cargo tree -e normal -p {package} -i {heavy}` shows the way)"
    );
    Violation::new("Cargo.toml", 0, RULE, what)
}

/// The members of `metadata`, folders taken from the manifest paths.
pub(super) fn manifests(metadata: &Value) -> Vec<Manifest> {
    let packages = metadata.get("packages").and_then(Value::as_array);
    packages.into_iter().flatten().filter_map(manifest).collect()
}

fn manifest(package: &Value) -> Option<Manifest> {
    let text = |value: &Value, key: &str| Some(value.get(key)?.as_str()?.to_owned());
    let path = text(package, "manifest_path")?;
    let folder = Path::new(&path).parent()?.file_name()?.to_str()?.to_owned();
    let needs = package.get("dependencies").and_then(Value::as_array)?;
    let needs = needs.iter().filter_map(|need| {
        let dev = need.get("kind").and_then(Value::as_str) == Some("dev");
        Some(Need { package: text(need, "name")?, dev })
    });
    Some(Manifest { package: text(package, "name")?, folder, needs: needs.collect() })
}

fn default_members(metadata: &Value) -> Vec<String> {
    let ids = metadata.get("workspace_default_members").and_then(Value::as_array);
    let ids: BTreeSet<_> = ids.into_iter().flatten().filter_map(Value::as_str).collect();
    let packages = metadata.get("packages").and_then(Value::as_array);
    packages
        .into_iter()
        .flatten()
        .filter(|package| {
            package.get("id").and_then(Value::as_str).is_some_and(|id| ids.contains(id))
        })
        .filter_map(|package| Some(package.get("name")?.as_str()?.to_owned()))
        .collect()
}

/// Every arrow of every manifest that does not point down.
pub(super) fn arrows(manifests: &[Manifest]) -> Vec<Violation> {
    let folders: BTreeMap<_, _> =
        manifests.iter().map(|m| (m.package.as_str(), m.folder.as_str())).collect();
    let mut broken = Vec::new();
    for manifest in manifests {
        let path = format!("crates/{}/Cargo.toml", manifest.folder);
        let mut refuse = |what: String| broken.push(Violation::new(&path, 0, RULE, what));
        let Manifest { package, folder, .. } = manifest;
        if ![folder.clone(), format!("comity-{folder}")].contains(package) {
            refuse(format!("package {package} lives in {folder}: the folder is its name"));
        }
        let Some((_, floor, siblings)) = ROOMS.iter().find(|(room, ..)| room == folder) else {
            refuse(format!("{folder} is no room of the house: give it a floor in ROOMS"));
            continue;
        };
        for need in &manifest.needs {
            if let Some(target) = folders.get(need.package.as_str()) {
                if !points_down(*floor, siblings, target, need.dev) {
                    refuse(format!("{folder} ({floor:?}) may not depend on {target}"));
                }
            } else if !need.dev
                && let Some((_, owners)) = OWNERS.iter().find(|(name, _)| *name == need.package)
                && !owners.contains(&folder.as_str())
            {
                refuse(format!("{folder} names {}: only {owners:?} may", need.package));
            }
        }
    }
    broken
}

/// Whether a crate on `floor` may depend on `target`; tests may also use dev crates.
fn points_down(floor: Floor, siblings: &[&str], target: &str, dev: bool) -> bool {
    let Some((_, target_floor, _)) = ROOMS.iter().find(|(room, ..)| *room == target) else {
        return false;
    };
    let down = *target_floor < floor && *target_floor != Floor::Dev;
    // A binary is nobody's library; the dev floor may run it but not link it.
    let linkable = *target_floor != Floor::Binary;
    (down && linkable) || siblings.contains(&target) || (dev && *target_floor == Floor::Dev)
}

/// The forbidden packages in the normal closure of each of `packages`.
fn forbidden_in(
    root: &Path,
    packages: &[String],
    forbidden: &[&str],
) -> anyhow::Result<Vec<(String, String)>> {
    // One call for all; only when something is there, one call each to say whose it is.
    if packages.is_empty() || offenders(&closure(root, packages)?, forbidden).is_empty() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for package in packages {
        let names = closure(root, std::slice::from_ref(package))?;
        let heavy = offenders(&names, forbidden);
        found.extend(heavy.into_iter().map(|heavy| (package.clone(), heavy)));
    }
    Ok(found)
}

/// The names that are forbidden, families included (`wasmtime` also means `wasmtime-environ`).
pub(super) fn offenders(closure: &BTreeSet<String>, forbidden: &[&str]) -> Vec<String> {
    let is_forbidden = |name: &str| {
        forbidden.iter().any(|family| {
            name.strip_prefix(family)
                .is_some_and(|tail| tail.is_empty() || tail.starts_with(['-', '_']))
        })
    };
    closure.iter().filter(|name| is_forbidden(name)).cloned().collect()
}

fn closure(root: &Path, packages: &[String]) -> anyhow::Result<BTreeSet<String>> {
    let mut args = vec!["tree", "--offline", "-e", "normal", "--prefix", "none"];
    for package in packages {
        args.extend(["-p", package.as_str()]);
    }
    let lines = shell::capture(&mut shell::cargo(root, &args))?;
    Ok(lines.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect())
}
