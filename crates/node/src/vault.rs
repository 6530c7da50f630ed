//! The vault: the only place where raw readings, labels, salts and results exist.
//!
//! What leaves it are hashes (through the step, into the record) and openings (to a reviewer who is entitled to
//! them, after the opening has been logged by hash). Nothing here decides who is entitled: the node does.

mod review;

use std::collections::BTreeMap;
use std::fmt;

use comity_mycel::evidence::{
    self, Binding, Disclosure, OpeningError, Reading, SALT_BYTES, Sealed, salted_hash,
};
use comity_mycel::facts::{OpeningKind, Order, Span};
use comity_mycel::mip::{Alarm, Detection, Package, Row, decode_alarms};
use comity_sign::SigningKey;
use comity_wire::{Digest, StatementId, Time, hex, jcs, sha256, sha256_concat};
use serde::{Deserialize, Serialize};

use crate::engine::{Engine, RunLimits};
use crate::job::{Job, Outcome};
use crate::message::Ask;

/// Limits of the worker's module: generous, since it is the operator's own.
const WORKER_LIMITS: RunLimits =
    RunLimits { fuel_max: 50_000_000_000, memory_max_bytes: 64 << 20, output_max_bytes: 1 << 20 };

/// A machine whose readings this vault holds.
#[derive(Clone, Debug)]
pub struct Machine {
    /// All readings, in order.
    pub readings: Vec<Reading>,
    /// The device's key. A real device keeps its own; here it is simulated.
    pub device: SigningKey,
    /// UCUM unit of the readings.
    pub unit: String,
    /// Hash of the calibration certificate, or of what stands in for it.
    pub calibration: Digest,
    /// The worker's wasm module.
    pub module: Vec<u8>,
}

/// A buyer's labels: the windows in which faults happened, with the salt of their hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    /// 16 bytes in hexadecimal.
    pub salt: String,
    /// Sorted, disjoint windows.
    pub windows: Vec<Span>,
}

/// A worker's private result, with the salt of its hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultReport {
    /// One alarm a day at most, as `[index, unix seconds]`.
    pub alarms: Vec<(u64, i64)>,
    /// 16 bytes in hexadecimal.
    pub salt: String,
}

impl Labels {
    /// The hash that an order carries.
    pub fn digest(&self) -> Option<Digest> {
        salted(&self.salt, &self.windows)
    }
}

impl FaultReport {
    /// The hash that a claim carries.
    pub fn digest(&self) -> Option<Digest> {
        salted(&self.salt, &self.alarms)
    }

    fn alarms(&self) -> Vec<Alarm> {
        let alarm = |(index, t): &(u64, i64)| Alarm { index: *index, t: Time::from_unix(*t) };
        self.alarms.iter().map(alarm).collect()
    }
}

fn salted<T: Serialize>(salt: &str, value: &T) -> Option<Digest> {
    let salt: [u8; SALT_BYTES] = hex::decode_array(salt).ok()?;
    Some(salted_hash(&salt, &jcs::to_vec(value).ok()?))
}

/// Private data of one sovereign.
pub struct Vault {
    secret: [u8; 32],
    machines: BTreeMap<String, Machine>,
    labels: BTreeMap<Digest, Labels>,
    packages: BTreeMap<Digest, Package>,
    modules: BTreeMap<Digest, Vec<u8>>,
    sealed: BTreeMap<StatementId, Sealed>,
    /// What each attempt has found, by order: what was claimed stays what is opened, whatever module comes next.
    found: BTreeMap<(StatementId, u64), (Digest, FaultReport)>,
}

impl Vault {
    /// An empty vault. All salts are derived from `secret`.
    pub const fn new(secret: [u8; 32]) -> Self {
        Self {
            secret,
            machines: BTreeMap::new(),
            labels: BTreeMap::new(),
            packages: BTreeMap::new(),
            modules: BTreeMap::new(),
            sealed: BTreeMap::new(),
            found: BTreeMap::new(),
        }
    }

    /// Adds a machine under the title that orders name it by.
    pub fn add_machine(&mut self, title: impl Into<String>, machine: Machine) {
        self.machines.insert(title.into(), machine);
    }

    /// Adds a buyer's labels and returns the hash that the order carries; `None` for a malformed salt.
    pub fn add_labels(&mut self, labels: Labels) -> Option<Digest> {
        let digest = labels.digest()?;
        self.labels.insert(digest, labels);
        Some(digest)
    }

    /// The hash of the labels that were added with this salt.
    pub fn labels_for(&self, salt: &str) -> Option<Digest> {
        self.labels.iter().find(|(_, labels)| labels.salt == salt).map(|(digest, _)| *digest)
    }

    /// Adds a MIP package, so that its verifier can be run.
    pub fn add_package(&mut self, package: Package) {
        self.packages.insert(package.id(), package);
    }

    /// Adds a worker's module to those that reviews can re-run.
    pub fn add_module(&mut self, wasm: Vec<u8>) {
        self.modules.insert(sha256(&wasm), wasm);
    }

    /// A salt for `what` of `order`.
    pub fn salt(&self, what: &str, order: &[u8]) -> String {
        let hash = sha256_concat(&[
            b"comity-vault-salt/v1\0",
            &self.secret,
            what.as_bytes(),
            b"\0",
            order,
        ]);
        hex::encode(hash.as_bytes().get(..SALT_BYTES).unwrap_or_default())
    }

    /// Does a job. The same job on the same vault gives the same outcome.
    pub fn run(&mut self, engine: &dyn Engine, job: &Job) -> Outcome {
        let done = match job {
            Job::Seal { order, terms } => self.seal(*order, terms),
            Job::Detect { order, attempt, terms } => {
                self.detected(engine, (*order, *attempt), terms)
            }
            Job::Disclose { ask, terms, beacon } => self.disclose(engine, ask, terms, *beacon),
            Job::Review(review) => Ok(Outcome::Reviewed(self.review(engine, review))),
        };
        done.unwrap_or_else(|code| Outcome::Failed { code })
    }

    fn machine(&self, terms: &Order) -> Result<&Machine, &'static str> {
        self.machines.get(&terms.title).ok_or("node.no_such_machine")
    }

    fn sealed(&mut self, order: StatementId, terms: &Order) -> Result<&Sealed, &'static str> {
        if !self.sealed.contains_key(&order) {
            let machine = self.machine(terms)?;
            let binding = Binding {
                mip: terms.mip,
                calibration: machine.calibration,
                unit: machine.unit.clone(),
            };
            let readings = machine.readings.iter().copied();
            let sealed = evidence::seal(readings, self.secret, &machine.device, order, binding)
                .map_err(|error| error.code())?;
            self.sealed.insert(order, sealed);
        }
        self.sealed.get(&order).ok_or("node.no_such_machine")
    }

    fn seal(&mut self, order: StatementId, terms: &Order) -> Result<Outcome, &'static str> {
        let readings = &self.machine(terms)?.readings;
        let window = window(readings).ok_or("node.no_readings")?;
        let sealed = self.sealed(order, terms)?;
        Ok(Outcome::Sealed {
            root: sealed.root(),
            rows: sealed.rows(),
            window,
            device: sealed.device().clone(),
        })
    }

    fn detected(
        &mut self,
        engine: &dyn Engine,
        attempt: (StatementId, u64),
        terms: &Order,
    ) -> Result<Outcome, &'static str> {
        let (module, report) = self.found(engine, attempt, terms)?;
        Ok(Outcome::Detected {
            module: *module,
            result: report.digest().ok_or("node.unencodable")?,
            alarms: report.alarms.len() as u64,
        })
    }

    /// The hash of the module that worked in an attempt, and what it found. A vault that was opened again works again, with
    /// the module that is there now.
    fn found(
        &mut self,
        engine: &dyn Engine,
        attempt: (StatementId, u64),
        terms: &Order,
    ) -> Result<&(Digest, FaultReport), &'static str> {
        if !self.found.contains_key(&attempt) {
            let machine = self.machine(terms)?;
            let alarms = run_worker(engine, &machine.module, &rows(&machine.readings), terms.span)?;
            let report = FaultReport {
                alarms: alarms.iter().map(|alarm| (alarm.index, alarm.t.unix())).collect(),
                salt: self.salt("result", attempt.0.digest().as_bytes()),
            };
            let found = (sha256(&machine.module), report);
            self.found.insert(attempt, found);
        }
        self.found.get(&attempt).ok_or("node.no_such_machine")
    }

    fn disclose(
        &mut self,
        engine: &dyn Engine,
        ask: &Ask,
        terms: &Order,
        beacon: Option<Digest>,
    ) -> Result<Outcome, &'static str> {
        match ask.what {
            OpeningKind::Windows => {
                let labels = self.labels.get(&terms.windows).ok_or("node.no_such_labels")?;
                let bytes = jcs::to_vec(labels).map_err(|error| error.code())?;
                Ok(Outcome::Disclosed {
                    digest: terms.windows,
                    count: labels.windows.len() as u64,
                    bytes,
                })
            }
            OpeningKind::Result => {
                let (_, report) = self.found(engine, (ask.order, ask.attempt), terms)?;
                Ok(Outcome::Disclosed {
                    digest: report.digest().ok_or("node.unencodable")?,
                    count: report.alarms.len() as u64,
                    bytes: jcs::to_vec(report).map_err(|error| error.code())?,
                })
            }
            OpeningKind::Rows => disclosed(&self.sealed(ask.order, terms)?.disclose()),
            OpeningKind::Leaves => {
                let beacon = beacon.ok_or("node.no_beacon")?;
                let (_, report) = self.found(engine, (ask.order, ask.attempt), terms)?.clone();
                let sealed = self.sealed(ask.order, terms)?;
                let drawn = audit_set(&beacon, sealed.rows(), terms.audit_leaves, &report);
                disclosed(&sealed.open_all(&drawn))
            }
        }
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault({} machines, ***)", self.machines.len())
    }
}

fn disclosed(disclosure: &Result<Disclosure, OpeningError>) -> Result<Outcome, &'static str> {
    let disclosure = disclosure.as_ref().map_err(OpeningError::code)?;
    Ok(Outcome::Disclosed {
        digest: disclosure.digest().map_err(|error| error.code())?,
        count: disclosure.count(),
        bytes: jcs::to_vec(disclosure).map_err(|error| error.code())?,
    })
}

/// From the first reading to the end of the last one's interval: as long as the interval before it.
fn window(readings: &[Reading]) -> Option<Span> {
    let (first, last) = readings.first().zip(readings.last())?;
    let before = readings.iter().rev().nth(1).unwrap_or(last);
    let step = (last.t.unix() - before.t.unix()).max(1);
    Some(Span { from: first.t, to: last.t.plus(step) })
}

/// The rows that an audit opens: those that the beacon draws, and those that raised an alarm. Ascending.
fn audit_set(beacon: &Digest, rows: u64, leaves: u64, report: &FaultReport) -> Vec<u64> {
    let mut drawn = evidence::draw_leaves(beacon, rows, leaves);
    drawn.extend(report.alarms.iter().map(|(index, _)| *index));
    drawn.sort_unstable();
    drawn.dedup();
    drawn
}

fn rows(readings: &[Reading]) -> Vec<Row> {
    let row =
        |reading: &Reading| Row { index: reading.index, t: reading.t, value_micro: reading.micro };
    readings.iter().map(row).collect()
}

/// Runs a worker's module. Everything before the judged span calibrates; no label is involved.
fn run_worker(
    engine: &dyn Engine,
    module: &[u8],
    rows: &[Row],
    span: Span,
) -> Result<Vec<Alarm>, &'static str> {
    let items = Detection::over(rows, span).items();
    let items: Vec<&[u8]> = items.iter().map(Vec::as_slice).collect();
    let output = engine.run(module, &items, &WORKER_LIMITS).map_err(|failure| failure.code)?;
    decode_alarms(&output.bytes).map_err(|error| error.code())
}
