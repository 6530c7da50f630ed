//! Letters on their way: lost, late, twice, in any order. Clocks that jump, machines that fall silent, a peer that lies.

use comity_node::{Addressed, Message};

use super::{At, Event, Sim};
use crate::rogue::Rogue;
use crate::scenario::Form;

/// Letters that the byzantine peer remembers, a count.
const OVERHEARD_MAX: usize = 30;

impl Sim {
    /// Takes a letter to be carried. To the byzantine peer it always gets through.
    pub(super) fn post(&mut self, from: At, letter: Addressed) {
        self.letters += 1;
        let Some(sender) = self.hosts.get(from).map(|host| host.id) else { return };
        if self.rogue.is_some() {
            self.overhear(&letter.message);
        }
        if let Some(to) = self.names.get(&letter.to).copied() {
            if self.is_silent(from) {
                self.lost += 1;
                return;
            }
            let event = Event::Letter { from: sender, to, message: letter.message };
            self.carry(event);
            return;
        }
        if let (Some(rogue), Message::Fetch { from: index }) = (&self.rogue, &letter.message)
            && rogue.id == letter.to
            && let Some(message) = rogue.entries(sender, *index)
        {
            let event = Event::Letter { from: rogue.id, to: from, message };
            self.carry(event);
        }
    }

    /// What becomes of a letter under way.
    fn carry(&mut self, event: Event) {
        let faults = self.scenario.faults;
        if !self.is_storm {
            let delay_ms = self.dice.span(1, 20);
            self.schedule(delay_ms, event);
            return;
        }
        if self.dice.chance(faults.drop_pm) {
            self.lost += 1;
        } else {
            let delay_ms = self.dice.span(1, faults.delay_ms);
            self.schedule(delay_ms, event.clone());
        }
        if self.dice.chance(faults.repeat_pm) {
            let delay_ms = self.dice.span(1, 10 * faults.delay_ms);
            self.schedule(delay_ms, event);
        }
    }

    pub(super) fn is_silent(&self, at: At) -> bool {
        self.silent_until.get(at).is_some_and(|until| self.now_ms < *until)
    }

    fn overhear(&mut self, message: &Message) {
        self.overheard.push_back(message.clone());
        if OVERHEARD_MAX < self.overheard.len() {
            self.overheard.pop_front();
        }
    }

    /// Once in a while, during the storm: a clock jumps, or a machine is cut off for a while.
    pub(super) fn weather(&mut self) {
        if !self.is_storm {
            return;
        }
        let again_ms = self.dice.span(3_000, 15_000);
        self.schedule(again_ms, Event::Weather);
        let at = self.dice.index(self.hosts.len());
        if self.dice.chance(500) {
            let skew_s = self.scenario.faults.skew_s;
            let skew_s = self.dice.within(-skew_s, skew_s);
            if let Some(host) = self.hosts.get_mut(at) {
                host.skew_s = skew_s;
            }
        } else {
            let until = self.now_ms + self.dice.span(1_000, 60_000);
            if let Some(silent) = self.silent_until.get_mut(at) {
                *silent = until;
            }
        }
    }

    /// The byzantine peer announces its record to everybody, or sends somebody something that nobody should send.
    pub(super) fn mischief(&mut self) {
        let again_ms = self.dice.span(200, 3_000);
        self.schedule(again_ms, Event::Mischief);
        let Some(rogue) = self.rogue.take() else { return };
        let mut letters: Vec<(At, Message)> = Vec::new();
        if let (Form::Garbage, false) = (rogue.form, self.dice.chance(100)) {
            let to = self.dice.index(self.hosts.len());
            let knows = self.dice.index(self.hosts.len());
            let world = self.hosts.get(knows).and_then(|host| host.node.as_ref());
            if let Some(node) = world {
                let overheard = self.overheard.make_contiguous();
                letters.push((to, Rogue::garbage(&mut self.dice, node.world(), overheard)));
            }
        } else {
            let mut announced = rogue.announcement();
            if let (Form::Garbage, Some(Message::Announce { checkpoint })) =
                (rogue.form, &mut announced)
            {
                checkpoint.truncate(self.dice.index(checkpoint.len()));
            }
            letters.extend((0..self.hosts.len()).filter_map(|to| Some((to, announced.clone()?))));
        }
        for (to, message) in letters {
            self.carry(Event::Letter { from: rogue.id, to, message });
        }
        self.rogue = Some(rogue);
    }
}
