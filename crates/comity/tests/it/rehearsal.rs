//! A tour inside the test process, with everything that it lets out collected.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use comity::plant::Plant;
use comity::summary::Summary;
use comity::tour::{Options, PREDICATE, Progress, Tour};
use comity_constitution::RiskTier;

/// A few days of a simulated plant around its faults, so that a tour takes a moment.
pub(crate) fn short_plant(seed: u64) -> Plant {
    Plant::brief(seed)
}

/// What a finished tour leaves behind.
pub(crate) struct Finished {
    pub(crate) export: BTreeMap<String, Vec<u8>>,
    pub(crate) summary: Summary,
    /// Everything shown, logged or stored, besides the export.
    pub(crate) shown: Vec<Vec<u8>>,
    /// What was given privately: it must exist, and stay out of everything else.
    pub(crate) private: Vec<Vec<u8>>,
}

pub(crate) fn options(state: &Path, tier: RiskTier) -> Options {
    Options { seed: 7, tier, orders: 1, state: state.to_owned(), predicate: PREDICATE.to_owned() }
}

/// Nobody waits.
pub(crate) struct Silent;

impl Progress for Silent {
    fn stage(&mut self, _: &str) {}
}

struct Stages(Vec<Vec<u8>>);

impl Progress for Stages {
    fn stage(&mut self, text: &str) {
        self.0.push(text.as_bytes().to_vec());
    }
}

/// Runs one order on `plant` and collects.
pub(crate) fn run(options: Options, plant: &Plant) -> Finished {
    let state = options.state.clone();
    let mut tour = Tour::open(options).unwrap();
    let (log, private) = (Rc::new(RefCell::new(Vec::new())), Rc::new(RefCell::new(Vec::new())));
    let (refusals, gifts) = (Rc::clone(&log), Rc::clone(&private));
    tour.town.on_refusal(move |name, text| {
        refusals.borrow_mut().push(format!("{name}: {text}").into_bytes());
    });
    tour.town.on_private(move |bytes| gifts.borrow_mut().push(bytes.to_vec()));
    let mut stages = Stages(Vec::new());
    tour.prepare(&mut stages).unwrap();
    let id = tour.place(0, plant).unwrap();
    tour.settle(id, &mut stages).unwrap();
    tour.close_epoch(&mut stages).unwrap();
    tour.seal(&mut stages).unwrap();
    let out = state.join("export");
    comity::export::write(&tour, &out).unwrap();
    let summary = Summary::of(&tour, plant, None).unwrap();

    let mut shown = stages.0;
    shown.append(&mut log.borrow_mut());
    shown.push(summary.render().into_bytes());
    shown.push(serde_json::to_vec(&summary).unwrap());
    for name in comity::cast::NAMES {
        for file in ["record.log", "witness.log"] {
            shown.push(std::fs::read(state.join(name).join(file)).unwrap());
        }
    }
    let private = private.borrow().clone();
    Finished { export: files(&out, &out), summary, shown, private }
}

/// All files below a directory, by path relative to `root`.
pub(crate) fn files(root: &Path, dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(root, &path));
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            found.insert(name, std::fs::read(path).unwrap());
        }
    }
    found
}
