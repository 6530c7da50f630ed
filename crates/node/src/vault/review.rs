//! What a reviewer does with an opening: checks it against the public record, then recomputes.

use std::collections::BTreeMap;

use comity_mycel::evidence::{Commitment, Disclosure, Reading};
use comity_mycel::facts::{Assurance, Audit, Verdict};
use comity_mycel::mip::{Package, Verification};
use comity_sign::PublicKey;
use comity_wire::{Digest, jcs, sha256, sha256_concat};

use super::{FaultReport, Labels, Vault, audit_set, rows, run_worker};
use crate::engine::{Engine, RunLimits};
use crate::job::{Finding, Review};

/// Verifier output limit, in bytes: a report is a handful of integers.
const REPORT_BYTES_MAX: u64 = 4096;

/// Why a review ends in a rejection before the verifier has spoken.
type Code = &'static str;

/// What an opening turned out to hold.
struct Opened {
    readings: Vec<Reading>,
    labels: Labels,
    report: FaultReport,
    audit: Option<Audit>,
}

impl Vault {
    /// Verifies a claim. Whatever is wrong with it, or with what was opened, is a rejection with a stable code: a reviewer
    /// who cannot check does not approve.
    pub(super) fn review(&self, engine: &dyn Engine, review: &Review) -> Finding {
        let Some(package) = self.packages.get(&review.terms.mip) else {
            return rejection(engine, Digest::ZERO, "node.mip_unknown", None);
        };
        let verifier = sha256(package.verifier());
        match self.open(engine, review, package) {
            Ok(opened) => match verify(engine, review, package, &opened) {
                Ok(finding) => finding,
                Err(code) => rejection(engine, verifier, code, opened.audit),
            },
            Err(code) => rejection(engine, verifier, code, None),
        }
    }

    fn open(
        &self,
        engine: &dyn Engine,
        review: &Review,
        package: &Package,
    ) -> Result<Opened, Code> {
        let labels: Labels = jcs::from_slice(&review.windows).map_err(|error| error.code())?;
        if labels.digest() != Some(review.terms.windows) {
            return Err("review.other_windows");
        }
        let report: FaultReport = jcs::from_slice(&review.result).map_err(|error| error.code())?;
        let alarms = report.alarms.len() as u64;
        if report.digest() != Some(review.claim.result) || alarms != review.claim.alarms {
            return Err("review.other_result");
        }
        let disclosure: Disclosure =
            jcs::from_slice(&review.evidence).map_err(|error| error.code())?;
        let commitment = Commitment {
            root: review.commitment.root,
            rows: review.commitment.rows,
            device: PublicKey::from_key_id(&review.commitment.device)
                .map_err(|error| error.code())?,
            mip: review.terms.mip,
            unit: unit(package)?,
        };
        match (review.class, &disclosure) {
            (Assurance::A3, Disclosure::Rows(_)) => {
                let readings = disclosure.verify(&commitment, &[]).map_err(|error| error.code())?;
                self.reproduce(engine, review, &readings, &report)?;
                Ok(Opened { readings, labels, report, audit: None })
            }
            (Assurance::A1, Disclosure::Leaves(_)) => {
                let leaves = review.terms.audit_leaves;
                let drawn = audit_set(&review.beacon, commitment.rows, leaves, &report);
                let readings =
                    disclosure.verify(&commitment, &drawn).map_err(|error| error.code())?;
                let audit = Audit {
                    beacon: review.beacon,
                    leaves: drawn.len() as u64,
                    drawn: digest_of(&drawn),
                };
                Ok(Opened { readings, labels, report, audit: Some(audit) })
            }
            (Assurance::A0 | Assurance::A1 | Assurance::A2 | Assurance::A3 | Assurance::A4, _) => {
                Err("review.other_disclosure")
            }
        }
    }

    /// Full re-execution: the worker's module on the same rows must give the same alarms.
    fn reproduce(
        &self,
        engine: &dyn Engine,
        review: &Review,
        readings: &[Reading],
        report: &FaultReport,
    ) -> Result<(), Code> {
        let module = self.modules.get(&review.claim.module).ok_or("review.module_unknown")?;
        let alarms = run_worker(engine, module, &rows(readings), review.terms.span)?;
        if alarms == report.alarms() { Ok(()) } else { Err("review.not_reproduced") }
    }
}

/// The one unit of the MIP's readings.
fn unit(package: &Package) -> Result<String, Code> {
    package.manifest().units.values().next().cloned().ok_or("review.no_unit")
}

fn verify(
    engine: &dyn Engine,
    review: &Review,
    package: &Package,
    opened: &Opened,
) -> Result<Finding, Code> {
    let (alarms, given) = (opened.report.alarms(), rows(&opened.readings));
    let input = Verification {
        rows_total: review.commitment.rows,
        rows: &given,
        alarms: &alarms,
        windows: &opened.labels.windows,
        span: review.terms.span,
    };
    let items = input.items();
    let items: Vec<&[u8]> = items.iter().map(Vec::as_slice).collect();
    let declared = &package.manifest().verifier;
    let limits = RunLimits {
        fuel_max: declared.fuel_max,
        memory_max_bytes: declared.mem_max,
        output_max_bytes: REPORT_BYTES_MAX,
    };
    let run = engine.run(package.verifier(), &items, &limits).map_err(|failure| failure.code)?;
    let mut report = package.read_report(&run.bytes).map_err(|error| error.code())?;
    // How many rows were looked at differs between classes by design; the audit says it.
    report.outputs.remove("rows");
    let (verdict, code) = judge(review, report.verdict, report.code, &report.outputs)?;
    Ok(Finding {
        verdict,
        code,
        outputs: report.outputs,
        fuel: run.fuel,
        verifier: sha256(package.verifier()),
        engine: engine.name(),
        audit: opened.audit.clone(),
    })
}

/// The verifier says whether the evidence is sound; the order's predicate says whether the outcome is good enough.
fn judge(
    review: &Review,
    verdict: Verdict,
    code: String,
    outputs: &BTreeMap<String, i64>,
) -> Result<(Verdict, String), Code> {
    if verdict == Verdict::Reject {
        return Ok((verdict, code));
    }
    let predicate =
        comity_mycel::Predicate::parse(&review.terms.predicate).map_err(|error| error.code())?;
    let holds = predicate.evaluate(outputs).map_err(|error| error.code())?;
    Ok(if holds {
        (Verdict::Accept, code)
    } else {
        (Verdict::Reject, "review.predicate_false".to_owned())
    })
}

fn rejection(engine: &dyn Engine, verifier: Digest, code: Code, audit: Option<Audit>) -> Finding {
    Finding {
        verdict: Verdict::Reject,
        code: code.to_owned(),
        outputs: BTreeMap::new(),
        fuel: 0,
        verifier,
        engine: engine.name(),
        audit,
    }
}

fn digest_of(drawn: &[u64]) -> Digest {
    let bytes: Vec<[u8; 8]> = drawn.iter().map(|index| index.to_be_bytes()).collect();
    let mut parts: Vec<&[u8]> = vec![b"comity-drawn/v1\0"];
    parts.extend(bytes.iter().map(<[u8; 8]>::as_slice));
    sha256_concat(&parts)
}
