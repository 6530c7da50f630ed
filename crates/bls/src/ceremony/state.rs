//! The fold: statements in, a key out.

use std::collections::{BTreeMap, BTreeSet};

use blstrs::{G1Affine, G1Projective, Scalar};
use ff::Field as _;
use group::Group as _;

use crate::ceremony::plan::Plan;
use crate::ceremony::statement::{Complaint, Dealing, Statement};
use crate::committee::CommitteeKey;
use crate::field;
use crate::member::{MemberKey, MemberSecret};
use crate::share::{Index, SecretShare};

/// Something that happens in a ceremony. When a phase ends is decided outside, by a clock or a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Somebody said something.
    Statement(Statement),
    /// No more dealings count.
    EndDealing,
    /// No more complaints count.
    EndComplaints,
}

impl Event {
    const fn name(&self) -> &'static str {
        match self {
            Self::Statement(Statement::Dealing(_)) => "a dealing",
            Self::Statement(Statement::Complaint(_)) => "a complaint",
            Self::EndDealing => "the end of dealing",
            Self::EndComplaints => "the end of complaints",
        }
    }
}

/// Why an event was refused. The state is unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The event does not exist in this state.
    #[error("{event} does not belong where {state}")]
    NotInThisState {
        /// What goes on.
        state: &'static str,
        /// What came.
        event: &'static str,
    },
    /// It is a statement of another ceremony.
    #[error("the statement belongs to another ceremony")]
    OtherSession,
    /// The plan has no such dealer.
    #[error("there is no dealer {0}")]
    NoSuchDealer(Index),
    /// The plan has no such receiver.
    #[error("there is no receiver {0}")]
    NoSuchReceiver(Index),
    /// The statement is not signed by the member that it names.
    #[error("the statement is not signed by member {0}")]
    BadStatement(Index),
    /// A dealer deals once.
    #[error("dealer {0} has dealt already")]
    SecondDealing(Index),
    /// Not as many commitments as the threshold, or not as many values as receivers.
    #[error(
        "{commitments} commitments and {sealed} values where the plan has {threshold} and {members}"
    )]
    WrongShape {
        /// Commitments of the dealing.
        commitments: usize,
        /// Values of the dealing.
        sealed: usize,
        /// The plan's threshold.
        threshold: u16,
        /// The plan's receivers.
        members: u16,
    },
    /// The dealer has not shown that it knows its constant and its ephemeral secret.
    #[error("dealer {0} has not shown that it knows what it deals")]
    UnknownSecret(Index),
    /// A key is dealt anew, and what is dealt is not the dealer's share of it.
    #[error("dealer {0} does not deal its own share")]
    OtherConstant(Index),
    /// Nobody can be accused of a dealing that does not count.
    #[error("dealer {0} has not dealt")]
    HasNotDealt(Index),
    /// The dealer is out already.
    #[error("dealer {0} is disqualified already")]
    IsDisqualified(Index),
    /// What is shown is not what the receiver shares with the dealer.
    #[error("receiver {0} shows another point than it shares with the dealer")]
    BadComplaint(Index),
    /// What was dealt is on the polynomial.
    #[error("what dealer {dealer} dealt to receiver {receiver} is right")]
    Unfounded {
        /// Who complains.
        receiver: Index,
        /// About whom.
        dealer: Index,
    },
    /// Too few dealers for a key that is secret.
    #[error("{found} dealers are left where {needed} are needed")]
    TooFewDealers {
        /// The threshold.
        needed: usize,
        /// Those that are left.
        found: usize,
    },
}

impl Refusal {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotInThisState { .. } => "bls.not_in_this_state",
            Self::OtherSession => "bls.other_session",
            Self::NoSuchDealer(_) => "bls.no_such_dealer",
            Self::NoSuchReceiver(_) => "bls.no_such_receiver",
            Self::BadStatement(_) => "bls.bad_statement",
            Self::SecondDealing(_) => "bls.second_dealing",
            Self::WrongShape { .. } => "bls.wrong_shape",
            Self::UnknownSecret(_) => "bls.unknown_secret",
            Self::OtherConstant(_) => "bls.other_constant",
            Self::HasNotDealt(_) => "bls.has_not_dealt",
            Self::IsDisqualified(_) => "bls.is_disqualified",
            Self::BadComplaint(_) => "bls.bad_complaint",
            Self::Unfounded { .. } => "bls.unfounded",
            Self::TooFewDealers { .. } => "bls.too_few_dealers",
        }
    }
}

/// Why a member got no share of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ShareError {
    /// The plan does not have this key among the receivers.
    #[error("the key is not one of the plan's receivers")]
    NotAReceiver,
    /// A qualified dealer dealt wrong and the receiver did not say so in time.
    #[error("dealer {0} dealt a wrong value, and nobody complained in time")]
    BadValue(Index),
}

impl ShareError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAReceiver => "bls.not_a_receiver",
            Self::BadValue(_) => "bls.bad_value",
        }
    }
}

/// What has been said so far.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Said {
    plan: Plan,
    dealings: BTreeMap<Index, Dealing>,
    disqualified: BTreeSet<Index>,
}

/// A ceremony that has ended with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    key: CommitteeKey,
    said: Said,
}

/// Where a ceremony is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ceremony(State);

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Dealing(Said),
    Complaining(Said),
    Done(Outcome),
}

impl Ceremony {
    /// Nobody has dealt yet.
    pub const fn new(plan: Plan) -> Self {
        Self(State::Dealing(Said {
            plan,
            dealings: BTreeMap::new(),
            disqualified: BTreeSet::new(),
        }))
    }

    /// What goes on, for people.
    pub const fn state(&self) -> &'static str {
        match &self.0 {
            State::Dealing(_) => "dealers deal",
            State::Complaining(_) => "receivers complain",
            State::Done(_) => "the key is made",
        }
    }

    /// Who deals to whom.
    pub const fn plan(&self) -> &Plan {
        match &self.0 {
            State::Dealing(said) | State::Complaining(said) => &said.plan,
            State::Done(outcome) => &outcome.said.plan,
        }
    }

    /// The key, once there is one.
    pub const fn outcome(&self) -> Option<&Outcome> {
        match &self.0 {
            State::Done(outcome) => Some(outcome),
            State::Dealing(_) | State::Complaining(_) => None,
        }
    }

    /// Folds one event in.
    pub fn step(&self, event: &Event) -> Result<Self, Refusal> {
        let next = match (&self.0, event) {
            (State::Dealing(said), Event::Statement(by @ Statement::Dealing(dealing))) => {
                State::Dealing(said.deal(by, dealing)?)
            }
            (State::Dealing(said), Event::EndDealing) => {
                said.enough()?;
                State::Complaining(said.clone())
            }
            (State::Complaining(said), Event::Statement(by @ Statement::Complaint(complaint))) => {
                State::Complaining(said.complain(by, complaint)?)
            }
            (State::Complaining(said), Event::EndComplaints) => {
                said.enough()?;
                State::Done(said.finish())
            }
            (
                State::Dealing(_),
                Event::Statement(Statement::Complaint(_)) | Event::EndComplaints,
            )
            | (
                State::Complaining(_),
                Event::Statement(Statement::Dealing(_)) | Event::EndDealing,
            )
            | (State::Done(_), Event::Statement(_) | Event::EndDealing | Event::EndComplaints) => {
                let (state, event) = (self.state(), event.name());
                return Err(Refusal::NotInThisState { state, event });
            }
        };
        Ok(Self(next))
    }

    /// What the receiver with this secret has to complain about, while that is possible.
    pub fn complaints(&self, secret: &MemberSecret) -> Vec<Statement> {
        let State::Complaining(said) = &self.0 else { return Vec::new() };
        let Some(receiver) = said.plan.receiver_index(secret) else { return Vec::new() };
        said.qualified()
            .filter_map(|dealing| said.plan.complain(secret, receiver, dealing))
            .collect()
    }
}

impl Said {
    fn deal(&self, statement: &Statement, dealing: &Dealing) -> Result<Self, Refusal> {
        let (plan, dealer) = (&self.plan, dealing.dealer);
        let key = plan.dealer(dealer).ok_or(Refusal::NoSuchDealer(dealer))?;
        self.is_by(statement, key)?;
        if self.dealings.contains_key(&dealer) {
            return Err(Refusal::SecondDealing(dealer));
        }
        let (threshold, members) = (plan.quorum().threshold(), plan.quorum().members());
        let (commitments, sealed) = (dealing.commitments.len(), dealing.sealed.len());
        if (commitments, sealed) != (threshold.into(), members.into()) {
            return Err(Refusal::WrongShape { commitments, sealed, threshold, members });
        }
        let constant = dealing.commitments.first().ok_or(Refusal::UnknownSecret(dealer))?;
        if plan.constant(dealer).is_some_and(|expected| expected != *constant) {
            return Err(Refusal::OtherConstant(dealer));
        }
        let context = |part: &[u8]| Dealing::context(plan.session(), dealer, part);
        dealing
            .constant_proof
            .verify_knowledge(constant, &context(b"constant"))
            .and_then(|()| {
                let context = context(b"ephemeral");
                dealing.ephemeral_proof.verify_knowledge(&dealing.ephemeral, &context)
            })
            .map_err(|_| Refusal::UnknownSecret(dealer))?;
        let mut next = self.clone();
        next.dealings.insert(dealer, dealing.clone());
        Ok(next)
    }

    fn complain(&self, statement: &Statement, complaint: &Complaint) -> Result<Self, Refusal> {
        let Complaint { receiver, dealer, ref shared, .. } = *complaint;
        let key = self.plan.receiver(receiver).ok_or(Refusal::NoSuchReceiver(receiver))?;
        self.is_by(statement, key)?;
        let dealing = self.dealings.get(&dealer).ok_or(Refusal::HasNotDealt(dealer))?;
        if self.disqualified.contains(&dealer) {
            return Err(Refusal::IsDisqualified(dealer));
        }
        let context = Complaint::context(self.plan.session(), receiver, dealer);
        complaint
            .proof
            .verify_same(&key.0, &dealing.ephemeral, shared, &context)
            .map_err(|_| Refusal::BadComplaint(receiver))?;
        if dealing.open(receiver, shared).is_some() {
            return Err(Refusal::Unfounded { receiver, dealer });
        }
        let mut next = self.clone();
        next.disqualified.insert(dealer);
        Ok(next)
    }

    fn is_by(&self, statement: &Statement, key: &MemberKey) -> Result<(), Refusal> {
        if statement.session() != self.plan.session() {
            return Err(Refusal::OtherSession);
        }
        statement.verify(key).map_err(|_| Refusal::BadStatement(statement.author()))
    }

    fn qualified(&self) -> impl Iterator<Item = &Dealing> {
        let qualified = |dealing: &&Dealing| !self.disqualified.contains(&dealing.dealer);
        self.dealings.values().filter(qualified)
    }

    fn enough(&self) -> Result<(), Refusal> {
        let (needed, found) = (self.plan.needed(), self.qualified().count());
        if found < needed { Err(Refusal::TooFewDealers { needed, found }) } else { Ok(()) }
    }

    /// The dealings that count, each with its weight in the sum.
    fn weighed(&self) -> Vec<(&Dealing, Scalar)> {
        let indices: Vec<_> = self.qualified().map(Dealing::dealer).collect();
        let weights = if self.plan.is_anew() {
            field::weights_at_zero(&indices)
        } else {
            vec![Scalar::ONE; indices.len()]
        };
        self.qualified().zip(weights).collect()
    }

    fn finish(&self) -> Outcome {
        let mut sums = vec![G1Projective::identity(); self.plan.quorum().threshold().into()];
        for (dealing, weight) in self.weighed() {
            for (sum, commitment) in sums.iter_mut().zip(&dealing.commitments) {
                *sum += commitment * weight;
            }
        }
        let key = CommitteeKey::new(self.plan.epoch(), self.plan.quorum(), &sums);
        if let Some(old) = self.plan.old() {
            assert_eq!(key.group(), old.group(), "old shares, weighed, sum to the old key");
        }
        Outcome { key, said: self.clone() }
    }
}

impl Outcome {
    /// The committee's key.
    pub const fn key(&self) -> &CommitteeKey {
        &self.key
    }

    /// The dealers whose dealings count.
    pub fn qualified(&self) -> impl Iterator<Item = Index> {
        self.said.qualified().map(Dealing::dealer)
    }

    /// The share of the receiver with this secret.
    pub fn share(&self, secret: &MemberSecret) -> Result<SecretShare, ShareError> {
        let plan = &self.said.plan;
        let receiver = plan.receiver_index(secret).ok_or(ShareError::NotAReceiver)?;
        let mut sum = Scalar::ZERO;
        for (dealing, weight) in self.said.weighed() {
            let shared = G1Affine::from(dealing.ephemeral * secret.scalar());
            let value = dealing.open(receiver, &shared);
            sum += value.ok_or(ShareError::BadValue(dealing.dealer))? * weight;
        }
        Ok(SecretShare::from_scalar(plan.epoch(), receiver, &sum))
    }
}
