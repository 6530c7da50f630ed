//! After the storm: everything must come to its end, everybody must agree, and anybody must be able to recheck it.

use std::fmt::Write as _;

use comity_constitution::charter::Charter;
use comity_mission::Phase;
use comity_mycel::order::OrderState;
use comity_replay::{Refusal, World};
use comity_sign::Claim;
use comity_wire::{Statement, sha256_concat};

use crate::dice::Dice;
use crate::host::Host;
use crate::scenario::Form;
use crate::sim::Sim;
use crate::summary;
use crate::violation::Violation;

/// Simulated time after the storm within which every order must have ended, in seconds.
pub(crate) const CALM_S_MAX: u64 = 1_800;
/// The longest time that an order has, in seconds.
const DEADLINE_S_MAX: u64 = 31 * 86_400;
/// As long as nothing has become durable for this long, nothing will until a date is reached. In milliseconds.
const QUIET_MS: u64 = 12_000;

impl Sim {
    /// From the end of the storm to the last check.
    pub(crate) fn finish(&mut self) -> Result<(), Violation> {
        self.calm()?;
        self.close()?;
        self.seal()?;
        // The byzantine peer goes on until everybody has met it.
        for _ in 0..60 {
            if self.blame().is_ok() {
                break;
            }
            self.pump(1_000)?;
        }
        self.agree()?;
        self.blame()
    }

    /// Calm: no more faults. Waits until every order has ended and everybody knows it.
    pub(crate) fn calm(&mut self) -> Result<(), Violation> {
        let mut spent_ms: u64 = 0;
        while !self.is_done() {
            if CALM_S_MAX * 1000 < spent_ms {
                return Err(Violation::new(
                    "every order ends after the faults stop",
                    self.standing(),
                ));
            }
            let (leap_s, from_ms) = (self.leap_s(), self.now_ms);
            let waited_ms = self.wait_or_leap(leap_s)?;
            // Days in which a reviewer may answer are not days in which nothing works.
            spent_ms += waited_ms;
            if leap_s == 30 {
                spent_ms += self.now_ms - from_ms - waited_ms;
            }
        }
        Ok(())
    }

    /// Lets the hour end, and with it the epoch: trust, roots, commitments.
    pub(crate) fn close(&mut self) -> Result<(), Violation> {
        self.leap(3_600 + 600);
        let start_ms = self.now_ms;
        while !self.is_closed() {
            if CALM_S_MAX * 1000 < self.now_ms - start_ms {
                return Err(Violation::new("every epoch closes", self.standing()));
            }
            self.pump(2_000)?;
        }
        Ok(())
    }

    /// Has every record cosigned by its witnesses.
    pub(crate) fn seal(&mut self) -> Result<(), Violation> {
        for _ in 0..20 {
            for at in 0..self.hosts.len() {
                let Some(node) = &mut self.host(at)?.node else { continue };
                let effects = node.want_seal();
                self.carry_out(at, effects)?;
            }
            self.pump(2_000)?;
            let sealed = |node: &comity_node::Node| node.sealed().is_some();
            if self.hosts.iter().all(|host| host.node.as_ref().is_some_and(sealed)) {
                return Ok(());
            }
        }
        Err(Violation::new("every record is cosigned", self.standing()))
    }

    /// Half a minute, or the time to answer if a silent reviewer is what everybody waits for, or the time until the
    /// deadline if nobody is left who could be drawn for what has not ended.
    fn leap_s(&self) -> u64 {
        if self.is_stranded() {
            return DEADLINE_S_MAX;
        }
        let mut missions = self
            .hosts
            .iter()
            .filter_map(|host| host.ready())
            .flat_map(|node| node.world().missions().map(|(_, view)| view.mission.phase()));
        let waits = missions.any(|phase| matches!(phase, Phase::UnderReview { .. }));
        if waits && !self.scenario.mute.is_empty() {
            Charter::founding().review().response_window_s + 2 * 240
        } else {
            30
        }
    }

    /// Whether everything that has not ended waits for a judge who does not exist.
    fn is_stranded(&self) -> bool {
        let open = |host: &Host| {
            let wall = host.now(self.now_ms).wall;
            let node = host.ready()?;
            let orders = self.placed.values().map(|id| (*id, node.world().order(*id)));
            let open = orders.filter(|(_, order)| {
                !order.as_ref().is_ok_and(|order| self.has_ended(order, wall))
            });
            let open: Vec<bool> = open.map(|(id, _)| node.is_stranded(id)).collect();
            Some(!open.is_empty() && open.into_iter().all(|is_stranded| is_stranded))
        };
        self.is_in_step() && self.hosts.iter().all(|host| open(host) == Some(true))
    }

    /// Lets time pass until something becomes durable, or leaps. Answers how long it waited, in milliseconds.
    fn wait_or_leap(&mut self, seconds: u64) -> Result<u64, Violation> {
        let (durable, from_ms) = (self.durable(), self.now_ms);
        while self.now_ms < from_ms + QUIET_MS {
            self.pump(1_000)?;
            if self.durable() != durable || self.is_done() {
                return Ok(self.now_ms - from_ms);
            }
        }
        self.leap(seconds);
        Ok(QUIET_MS)
    }

    fn is_done(&self) -> bool {
        let all_placed = self.placed.len() == self.scenario.orders.len();
        all_placed
            && self.is_in_step()
            && self.hosts.iter().all(|host| {
                let wall = host.now(self.now_ms).wall;
                host.ready().is_some_and(|node| {
                    self.placed.values().all(|id| {
                        node.world().order(*id).is_ok_and(|order| self.has_ended(order, wall))
                    })
                })
            })
    }

    /// Whether everybody has read everybody's whole record.
    fn is_in_step(&self) -> bool {
        self.hosts.iter().all(|host| {
            host.ready().is_some_and(|node| {
                self.hosts.iter().all(|peer| {
                    let record = node.world().record(peer.id);
                    record.is_some_and(|record| record.log.size() == peer.disk.len())
                })
            })
        })
    }

    /// Whether every record ends with the commitment of its epoch, and who took part has been judged.
    fn is_closed(&self) -> bool {
        self.is_in_step()
            && self.hosts.iter().all(|host| {
                let Some(node) = host.ready() else { return false };
                let world = node.world();
                let closed = world.record(host.id).is_some_and(|own| !own.chain().is_empty());
                let Some((_, ledger)) = world.trust(host.id) else { return false };
                let judged = world.missions().all(|(id, view)| {
                    let has_ended = world.ending(id).ok().flatten().is_some();
                    !has_ended
                        || world.participants(host.id, view).iter().all(|actor| {
                            let work = world.work_of(host.id, id, actor).ok().flatten();
                            work.is_none() || ledger.is_updated(actor, id)
                        })
                });
                closed && judged
            })
    }

    /// Everybody agrees on everything that concerns honest records, and so does whoever reads them from scratch, in
    /// whatever order.
    pub(crate) fn agree(&self) -> Result<(), Violation> {
        let honest = self.honest();
        let mut expected: Option<Vec<String>> = None;
        for host in &self.hosts {
            let Some(node) = host.ready() else {
                return Err(Violation::new("everybody is up in the end", host.name()));
            };
            let lines = summary::lines(node.world(), &honest);
            match &expected {
                None => expected = Some(lines),
                Some(expected) => {
                    if let Some(difference) = summary::difference(expected, &lines) {
                        let what = format!("{} and others: {difference}", host.name());
                        return Err(Violation::new("all honest nodes agree", what));
                    }
                }
            }
        }
        let expected = expected.unwrap_or_default();
        for round in 0..2 {
            let world = self.replay(round)?;
            let lines = summary::lines(&world, &honest);
            if summary::digest(&lines) != summary::digest(&expected)
                && let Some(difference) = summary::difference(&expected, &lines)
            {
                return Err(Violation::new("a replay in another order agrees", difference));
            }
        }
        Ok(())
    }

    /// A fresh world fed from the disks, in an order of its own: each time some record's next statement, as soon as what
    /// it cites is there.
    fn replay(&self, round: u64) -> Result<World, Violation> {
        let mut dice = Dice::new(self.scenario.seed, &format!("replay {round}"));
        let mut world = World::new(vec![self.parameters.clone()]);
        let mut next = vec![0_usize; self.hosts.len()];
        let mut open: Vec<usize> = (0..self.hosts.len()).collect();
        let mut stuck = 0;
        while !open.is_empty() {
            let pick = dice.index(open.len());
            let Some(at) = open.get(pick).copied() else { break };
            // A long run of one record at a time goes furthest from the order in which it came to be.
            let run = dice.span(1, 40);
            let mut progress = false;
            for _ in 0..run {
                let Some((host, index)) = self.hosts.get(at).zip(next.get_mut(at)) else { break };
                let Some(bytes) = host.disk.envelopes().get(*index) else {
                    open.retain(|other| *other != at);
                    progress = true;
                    break;
                };
                let what = |error: &dyn std::fmt::Display| {
                    let what = format!("{} at {index}: {error}", host.name());
                    Violation::new("a record replays in another order", what)
                };
                let claim = Claim::<Statement>::decode(bytes).map_err(|error| what(&error))?;
                let kind = claim.claimed().kind.clone();
                world.remember_key(&claim.claimed().signer);
                let signed = world.keyring().verify(claim).map_err(|error| what(&error))?;
                match world.apply(host.id, &signed) {
                    Ok(_) => {
                        *index += 1;
                        progress = true;
                    }
                    Err(Refusal::CitationMissing { .. }) => break,
                    Err(refusal) => return Err(what(&format!("{kind}: {refusal}"))),
                }
            }
            stuck = if progress { 0 } else { stuck + 1 };
            if 1_000 < stuck {
                return Err(Violation::new(
                    "a record replays in another order",
                    "citations in a circle",
                ));
            }
        }
        Ok(world)
    }

    /// The byzantine peer was refused by name wherever it showed itself, and nobody else was.
    pub(crate) fn blame(&self) -> Result<(), Violation> {
        let form = self.rogue.as_ref().map(|rogue| rogue.form);
        let allowed = |what: &str, code: &str| match (form, what) {
            (_, "command") | (Some(Form::Garbage), "message") => true,
            (Some(Form::Fork), "message") => code == "node.forked",
            (Some(Form::BadSignature), "foreign statement") => code == "sign.bad_signature",
            // What a node states for itself may come too late and is then not stated.
            (_, what) => what.starts_with("comity:"),
        };
        if let Some(((at, what, code), _)) =
            self.refusals.iter().find(|((_, what, code), _)| !allowed(what, code))
        {
            let name = self.hosts.get(*at).map_or("?", |host| host.name());
            let told = format!("{name} refused {what}: {code} ({form:?})");
            return Err(Violation::new("nobody honest is refused", told));
        }
        let Some(rogue) = &self.rogue else { return Ok(()) };
        let (what, code) = match rogue.form {
            Form::Garbage => ("message", None),
            Form::Fork => ("message", Some("node.forked")),
            Form::BadSignature => ("foreign statement", Some("sign.bad_signature")),
        };
        for (at, host) in self.hosts.iter().enumerate() {
            if rogue.form == Form::Fork && host.id != rogue.victim {
                continue;
            }
            let mut refusals = self.refusals.keys();
            let named = refusals.any(|(who, found, named)| {
                *who == at && *found == what && code.is_none_or(|code| *named == code)
            });
            if !named {
                let told = format!("{} did not notice {:?}", host.name(), rogue.form);
                return Err(Violation::new("a byzantine peer is refused by name", told));
            }
        }
        Ok(())
    }

    /// One hash of all durable records.
    pub(crate) fn digest(&self) -> comity_wire::Digest {
        let mut parts: Vec<&[u8]> = Vec::new();
        for host in &self.hosts {
            parts.push(host.name().as_bytes());
            parts.extend(host.disk.envelopes().iter().map(Vec::as_slice));
        }
        sha256_concat(&parts)
    }

    /// Where everything stands, for people. Writing to a string cannot fail.
    pub(crate) fn standing(&self) -> String {
        let mut text = String::new();
        for host in &self.hosts {
            let _ = write!(text, "\n  {} durable {}", host.name(), host.disk.len());
            let Some(node) = &host.node else {
                text.push_str(", down");
                continue;
            };
            text.push_str(if node.is_caught_up() { ", knows" } else { ", catching up, knows" });
            for peer in &self.hosts {
                let size = node.world().record(peer.id).map_or(0, |record| record.log.size());
                let _ = write!(text, " {size}");
            }
            for (id, order) in node.world().orders() {
                let mission = order.mission.and_then(|mission| node.world().mission(mission).ok());
                let phase = mission.map_or("no mission", |view| view.mission.phase().name());
                let state: &OrderState = order.placed.state();
                let _ = write!(text, "; order {} {}, {phase}", id.short(), state.name());
            }
        }
        for ((at, what, code), count) in &self.refusals {
            let _ = write!(text, "\n  machine {at}: {what}: {code} x{count}");
        }
        text
    }
}
