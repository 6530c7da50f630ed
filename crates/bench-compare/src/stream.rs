//! The stream that everything is measured on: the records of a long tour, in the order in which they came about.
//!
//! Nothing in it is made for the benchmark but the plant, which is short (640 readings, one fault), because a stream is
//! statements and a plant is none. Every order runs through the whole loop: treaty, escrow, mission, evidence, two
//! reviewers, settlement, trust, epochs. Making it takes minutes, so it is kept in the target folder and checked when it is
//! read again.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::rc::Rc;

use anyhow::{Context as _, bail};
use comity::cast::{NAMES, Seed, members, parameters};
use comity::plant::Plant;
use comity::tour::{Options, PREDICATE, Progress, START, Tour};
use comity_constitution::{Parameters, RiskTier};
use comity_mycel::evidence::Reading;
use comity_mycel::facts::Span;
use comity_mycel::mip;
use comity_mycel::order::OrderState;
use comity_replay::export::{ENVELOPES, Opening, RecordParts, write_export};
use comity_replay::{Keyring, World, with_verifiers};
use comity_sign::{IssuerSecret, Signed};
use comity_wire::{KeyId, SovereignId, Statement, jcs};

/// Makes the keys.
const SEED: u64 = 1;
/// Orders that are placed and settled.
const ORDERS: usize = 512;

/// An export, and the order in which its statements were made.
pub(crate) struct Stream {
    /// The files of the export, by path.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// Each statement with its record, so that whatever one cites stands before it.
    pub(crate) statements: Vec<(SovereignId, Vec<u8>)>,
}

impl Stream {
    /// The stream of earlier, if there is one and it still holds; else a new one.
    pub(crate) fn open() -> anyhow::Result<Self> {
        let dir = crate::rows::work_dir()?.join(format!("stream-{ORDERS}"));
        if let Ok(stream) = Self::read(&dir).and_then(|stream| stream.world().map(|_| stream)) {
            return Ok(stream);
        }
        println!("# making the stream, once: a tour with {ORDERS} orders");
        let stream = tour(&dir.with_extension("stores"))?;
        stream.world().context("the new stream")?;
        stream.write(&dir)?;
        Ok(stream)
    }

    /// The parameters under which all of it was made.
    pub(crate) fn parameters() -> Parameters {
        parameters()
    }

    /// The authority secrets of all sovereigns in the stream.
    pub(crate) fn secrets() -> BTreeMap<KeyId, IssuerSecret> {
        let parameters = parameters();
        let all = members(Seed(SEED), &parameters, ORDERS).into_iter();
        all.map(|member| (member.secrets.authority.id(), member.secrets.authority)).collect()
    }

    /// Every statement, verified once more.
    pub(crate) fn signed(&self) -> anyhow::Result<Vec<Signed<Statement>>> {
        let signed = with_verifiers(&Keyring::default(), crate::machine::cores(), |verifiers| {
            let pieces: Vec<_> = self
                .statements
                .chunks(256)
                .map(|piece| {
                    verifiers.submit(piece.iter().map(|(_, bytes)| bytes.clone()).collect())
                })
                .collect();
            pieces.into_iter().flat_map(comity_replay::Pending::wait).collect::<Result<_, _>>()
        });
        signed.context("verify the stream")
    }

    /// The world after all of it; every order must have been paid.
    pub(crate) fn world(&self) -> anyhow::Result<World> {
        let mut world = World::new([parameters()]);
        for ((record, _), signed) in self.statements.iter().zip(self.signed()?) {
            world.apply(*record, &signed)?;
        }
        let is_paid = |state: &OrderState| *state == OrderState::Released;
        let paid = world.orders().filter(|(_, order)| is_paid(order.placed.state())).count();
        if paid == ORDERS { Ok(world) } else { bail!("{paid} of {ORDERS} orders were paid") }
    }

    fn read(dir: &Path) -> anyhow::Result<Self> {
        let mut files = BTreeMap::new();
        read_all(&dir.join("export"), "", &mut files)?;
        let mut records = BTreeMap::new();
        for (path, bytes) in &files {
            if let Some((folder, ENVELOPES)) = path.split_once('/') {
                let lines: Vec<&[u8]> =
                    bytes.strip_suffix(b"\n").unwrap_or(bytes).split(|b| *b == b'\n').collect();
                let first = lines.first().context("an empty record")?;
                records.insert(folder.to_owned(), (Opening::read(first)?.id, lines.into_iter()));
            }
        }
        let mut statements = Vec::new();
        for folder in fs::read_to_string(dir.join("order"))?.lines() {
            let (record, lines) = records.get_mut(folder).context("no such record")?;
            statements.push((*record, lines.next().context("a statement is missing")?.to_vec()));
        }
        Ok(Self { files, statements })
    }

    fn write(&self, dir: &Path) -> anyhow::Result<()> {
        if dir.exists() {
            fs::remove_dir_all(dir)?;
        }
        for (path, bytes) in &self.files {
            let path = dir.join("export").join(path);
            fs::create_dir_all(path.parent().unwrap_or(dir))?;
            fs::write(path, bytes)?;
        }
        let mut folders = BTreeMap::new();
        for (path, bytes) in &self.files {
            if let Some((folder, ENVELOPES)) = path.split_once('/') {
                let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
                folders.insert(Opening::read(first)?.id, folder);
            }
        }
        let mut order = String::new();
        for (record, _) in &self.statements {
            order.push_str(folders.get(record).context("a record without a folder")?);
            order.push('\n');
        }
        Ok(fs::write(dir.join("order"), order)?)
    }
}

/// The tour from its founding to its last cosignature.
fn tour(state: &Path) -> anyhow::Result<Stream> {
    struct Quiet;
    impl Progress for Quiet {
        fn stage(&mut self, _text: &str) {}
    }

    if state.exists() {
        fs::remove_dir_all(state)?;
    }
    let mut tour = Tour::open(Options {
        seed: SEED,
        tier: RiskTier::R1,
        orders: ORDERS,
        state: state.to_owned(),
        predicate: PREDICATE.to_owned(),
    })?;
    let mut made: Vec<(String, Vec<u8>)> = Vec::new();
    for name in NAMES {
        let founded = tour.town.citizen(name)?.node.envelopes();
        made.extend(founded.iter().map(|bytes| (name.to_owned(), bytes.to_vec())));
    }
    let made = Rc::new(RefCell::new(made));
    let seen = Rc::clone(&made);
    tour.town.on_append(move |name, _, bytes| {
        seen.borrow_mut().push((name.to_owned(), bytes.to_vec()));
    });
    tour.prepare(&mut Quiet)?;
    let plant = plant();
    for number in 0..ORDERS {
        let id = tour.place(number, &plant)?;
        tour.settle(id, &mut Quiet)?;
    }
    tour.close_epoch(&mut Quiet)?;
    tour.seal(&mut Quiet)?;
    let statements = made.take().into_iter().map(|(name, bytes)| Ok((tour.town.id(&name)?, bytes)));
    let statements = statements.collect::<anyhow::Result<_>>()?;
    let files = export(&tour)?;
    fs::remove_dir_all(state)?;
    Ok(Stream { files, statements })
}

/// The files of all four records.
fn export(tour: &Tour) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let (parameters, packages) = (jcs::to_vec(&parameters().to_file())?, [mip::fault_watch()]);
    let mut sealed = Vec::new();
    for name in NAMES {
        let node = &tour.town.citizen(name)?.node;
        sealed.push((node.envelopes(), node.sealed().context("not cosigned")?));
    }
    let parts: Vec<RecordParts<'_>> = sealed
        .iter()
        .map(|(envelopes, checkpoint)| RecordParts {
            envelopes,
            checkpoint,
            parameters: &parameters,
            rules: &[],
            packages: &packages,
        })
        .collect();
    Ok(write_export(&parts)?)
}

/// Thirty-two hours of readings every five minutes; the second half is judged, and has one fault.
fn plant() -> Plant {
    const STEP_S: i64 = 300;
    const ROWS: i64 = 640;
    const FAULT: std::ops::Range<i64> = 400..620;
    let at = |row: i64| START.plus(row * STEP_S);
    let reading = |row: i64| {
        let noise = (row * 7919 % 1000 - 500) * 1000;
        let fault = if FAULT.contains(&row) { 20_000_000 } else { 0 };
        Reading { index: row.unsigned_abs(), t: at(row), micro: 70_000_000 + noise - fault }
    };
    Plant {
        source: "short simulated plant".to_owned(),
        is_simulated: true,
        readings: (0..ROWS).map(reading).collect(),
        windows: vec![Span { from: at(FAULT.start), to: at(FAULT.end) }],
        span: Span { from: at(ROWS / 2), to: at(ROWS - 1).plus(1) },
        folds: Vec::new(),
    }
}

fn read_all(dir: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) -> anyhow::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name =
            entry.file_name().into_string().map_err(|_| anyhow::anyhow!("a strange name"))?;
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            read_all(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.insert(path, fs::read(entry.path())?);
        }
    }
    Ok(())
}
