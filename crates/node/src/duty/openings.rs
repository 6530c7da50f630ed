//! Answering questions: entitled readers only, logged by hash before anything is given.

use comity_mycel::MycelFact;
use comity_mycel::facts::{OpeningKind, OpeningLogged};
use comity_wire::{Digest, SovereignId, WireError, sha256};

use super::{Act, Acts, Draft, state};
use crate::job::{Job, JobKey, Outcome};
use crate::message::Ask;
use crate::node::Node;

impl Node {
    pub(super) fn openings(&self, me: SovereignId, acts: &mut Acts) {
        for (ask, asker) in &self.questions {
            if !self.is_entitled(me, ask, *asker) {
                continue;
            }
            let key = (ask.order, ask.attempt, ask.reader.clone(), ask.what);
            match self.job(&JobKey::Disclose(ask.clone())) {
                None => acts.extend(self.disclosure_job(ask).map(Act::Job)),
                Some(Outcome::Disclosed { digest, count, bytes }) => {
                    let Some(opening) = self.world.opening_of(&key) else {
                        state(acts, logged(ask, *count, *digest));
                        continue;
                    };
                    let (ask, disclosure) = (ask.clone(), bytes.clone());
                    acts.push(Act::Give { to: *asker, ask, opening, disclosure });
                }
                Some(_) => {}
            }
        }
    }

    /// Whether the record assigns the reader to the current review, and the asker is the reader's sovereign, and what is
    /// asked is this sovereign's to open.
    pub(crate) fn is_entitled(&self, me: SovereignId, ask: &Ask, asker: SovereignId) -> bool {
        let Ok(order) = self.world.order(ask.order) else { return false };
        let terms = order.placed.terms();
        let opener = match ask.what {
            OpeningKind::Windows => order.placed.buyer(),
            OpeningKind::Rows | OpeningKind::Leaves | OpeningKind::Result => terms.seller,
        };
        let view = order.mission.and_then(|mission| self.world.mission(mission).ok());
        let Some(view) = view.filter(|view| view.mission.attempts() == ask.attempt) else {
            return false;
        };
        let assigned = view.panel().is_some_and(|panel| panel.assigned.contains_key(&ask.reader));
        let reader = self.world.directory().actor(&ask.reader);
        opener == me && assigned && reader.is_ok_and(|reader| reader.sovereign == asker)
    }

    fn disclosure_job(&self, ask: &Ask) -> Option<Job> {
        let terms = Box::new(self.world.order(ask.order).ok()?.placed.terms().clone());
        let beacon = self.world.round(ask.order, ask.attempt).and_then(comity_replay::Round::value);
        Some(Job::Disclose { ask: ask.clone(), terms, beacon })
    }
}

/// The opening, as the record will show it: by hash.
fn logged(ask: &Ask, count: u64, disclosure: Digest) -> Result<Draft, WireError> {
    let fact = MycelFact::from(OpeningLogged {
        order: ask.order,
        attempt: ask.attempt,
        to: ask.reader.clone(),
        what: ask.what,
        count,
        disclosure,
    });
    Ok(Draft::mycel(&fact, ("opening", about(ask)))?.citing([ask.order]))
}

/// Tells openings of one order apart.
fn about(ask: &Ask) -> Digest {
    sha256(format!("{}/{}/{:?}/{}", ask.order, ask.attempt, ask.what, ask.reader).as_bytes())
}
