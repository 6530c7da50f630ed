//! What the router needs to draw for a mission: reviewers, people, or the next of either.

use comity_constitution::RiskTier;
use comity_wire::{Digest, KeyId};

use super::Mission;
use super::panel::Panel;
use super::phase::Phase;
use super::review::Verdict;
use crate::diversity;
use crate::profile::ReviewerProfile;
use crate::router::{NextRequest, Purpose, RouteRequest};

impl Mission {
    /// To draw this mission's reviewers; `None` unless evidence is attached and no review is open.
    pub fn route_request(&self, beacon: Digest) -> Option<RouteRequest> {
        let Phase::EvidenceAttached { bundle } = &self.phase else { return None };
        let scope = bundle.scope();
        Some(RouteRequest {
            mission: self.id,
            beacon,
            purpose: Purpose::Reviewers,
            policy: scope.policy,
            independence: self.independence(scope.tier),
            involved: std::collections::BTreeSet::new(),
        })
    }

    /// To draw the people who judge; `None` unless the review has passed, people must judge it, and none
    /// have been drawn.
    pub fn people_request(&self) -> Option<RouteRequest> {
        let Phase::UnderReview { panel } = &self.phase else { return None };
        let is_due = panel.verdict() == Verdict::Passed
            && panel.people.is_none()
            && panel.needs_people().is_some();
        is_due.then(|| self.draw_people(panel))
    }

    /// To draw who comes for `leaving`; `None` unless it sits in the review under way.
    pub fn next_request(&self, leaving: &KeyId) -> Option<NextRequest> {
        let Phase::UnderReview { panel } = &self.phase else { return None };
        let stay = |(key, who): (&KeyId, &ReviewerProfile)| (key != leaving).then(|| who.clone());
        if panel.assigned.contains_key(leaving) {
            let scope = panel.scope();
            let draw = RouteRequest {
                mission: self.id,
                beacon: panel.beacon,
                purpose: Purpose::Reviewers,
                policy: scope.policy,
                independence: self.independence(scope.tier),
                involved: seated(&panel.assigned, &panel.turnover).collect(),
            };
            return Some(NextRequest {
                draw,
                staying: panel.assigned.iter().filter_map(stay).collect(),
            });
        }
        let people =
            panel.people.as_ref().filter(|people| people.assigned.contains_key(leaving))?;
        let mut draw = self.draw_people(panel);
        draw.involved.extend(seated(&people.assigned, &people.turnover));
        Some(NextRequest { draw, staying: people.assigned.iter().filter_map(stay).collect() })
    }

    fn draw_people(&self, panel: &Panel) -> RouteRequest {
        let scope = panel.scope();
        RouteRequest {
            mission: self.id,
            beacon: panel.beacon,
            purpose: Purpose::People,
            policy: diversity::of_people(&scope.normative),
            independence: self.independence(scope.tier.max(RiskTier::R1)),
            involved: self.history.reviewers.clone(),
        }
    }
}

/// Everybody who sits or has sat.
fn seated<'a>(
    sitting: &'a std::collections::BTreeMap<KeyId, ReviewerProfile>,
    turnover: &'a super::panel::Turnover,
) -> impl Iterator<Item = KeyId> + 'a {
    let left = turnover.replaced.iter().map(|change| change.left.key());
    sitting.keys().chain(left).cloned()
}
