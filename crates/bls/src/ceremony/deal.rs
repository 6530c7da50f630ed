//! What a member does with its secrets: deal, and look at what it was dealt.

use blstrs::{G1Affine, G2Affine, Scalar};
use group::prime::PrimeCurveAffine as _;

use crate::ceremony::plan::Plan;
use crate::ceremony::statement::{Complaint, Dealing, Statement, pad, xor};
use crate::field;
use crate::member::MemberSecret;
use crate::point;
use crate::proof::Proof;
use crate::share::{Index, SecretShare};

/// Why somebody cannot deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DealError {
    /// The plan does not have this key among the dealers.
    #[error("the key is not one of the plan's dealers")]
    NotADealer,
    /// A key is dealt anew, and the share is missing, is of another key, or is another member's.
    #[error("to deal a key anew takes the dealer's own share of it")]
    NotTheOldShare,
}

impl DealError {
    /// Stable name for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotADealer => "bls.cannot_deal",
            Self::NotTheOldShare => "bls.needs_old_share",
        }
    }
}

impl Plan {
    /// The dealing of the member with this secret.
    ///
    /// `seed` is 32 random bytes that nobody else knows; everything random in the dealing follows from it, the session and the
    /// dealer. `held` is the member's share of the key that is dealt anew, and nothing for a new key.
    pub fn deal(
        &self,
        secret: &MemberSecret,
        held: Option<&SecretShare>,
        seed: &[u8; 32],
    ) -> Result<Statement, DealError> {
        let dealer = self.dealer_index(secret).ok_or(DealError::NotADealer)?;
        let random = |part: &[u8], number: u16| {
            let (dealer, number) = (dealer.get().to_be_bytes(), number.to_be_bytes());
            let session = self.session().as_bytes();
            field::hash(&[b"comity-dealing-seed/v1\0", seed, session, &dealer, &number, part])
        };
        let mut coefficients: Vec<Scalar> =
            (0..self.quorum().threshold()).map(|number| random(b"coefficient", number)).collect();
        if let Some(constant) = self.held(dealer, held)? {
            coefficients.iter_mut().take(1).for_each(|first| *first = constant);
        }
        let dealing = self.dealing(dealer, &coefficients, &random(b"ephemeral", 0));
        Ok(Statement::Dealing(Box::new(dealing)).signed(secret))
    }

    /// The constant that the plan demands of a dealer.
    fn held(&self, dealer: Index, held: Option<&SecretShare>) -> Result<Option<Scalar>, DealError> {
        match (self.old(), held) {
            (None, None) => Ok(None),
            (Some(old), Some(share))
                if share.epoch() == old.epoch() && old.share(dealer) == Some(share.public()) =>
            {
                Ok(Some(share.scalar()))
            }
            (None | Some(_), _) => Err(DealError::NotTheOldShare),
        }
    }

    fn dealing(&self, dealer: Index, coefficients: &[Scalar], ephemeral: &Scalar) -> Dealing {
        let session = *self.session();
        let commitments: Vec<G1Affine> = coefficients
            .iter()
            .map(|coefficient| (point::generator() * coefficient).into())
            .collect();
        let context = |part: &[u8]| Dealing::context(&session, dealer, part);
        let constant = coefficients.first().expect("a threshold is at least one");
        let base = G1Affine::from(point::generator() * ephemeral);
        let sealed = self.receivers().map(|(receiver, key)| {
            let shared = G1Affine::from(key.projective() * ephemeral);
            let value = field::evaluate(coefficients, receiver).to_bytes_be();
            xor(&value, &pad(&session, dealer, receiver, &base, &shared))
        });
        Dealing {
            session,
            dealer,
            commitments,
            ephemeral: base,
            constant_proof: Proof::knowledge(constant, &context(b"constant")),
            ephemeral_proof: Proof::knowledge(ephemeral, &context(b"ephemeral")),
            sealed: sealed.collect(),
            signature: G2Affine::generator(),
        }
    }

    /// The complaint about `dealing` of the receiver with this secret, when there is a reason for one.
    pub(super) fn complain(
        &self,
        secret: &MemberSecret,
        receiver: Index,
        dealing: &Dealing,
    ) -> Option<Statement> {
        let shared = G1Affine::from(dealing.ephemeral * secret.scalar());
        if dealing.open(receiver, &shared).is_some() {
            return None;
        }
        let context = Complaint::context(self.session(), receiver, dealing.dealer);
        let complaint = Complaint {
            session: *self.session(),
            receiver,
            dealer: dealing.dealer,
            shared,
            proof: Proof::same(&secret.scalar(), &dealing.ephemeral, &context),
            signature: G2Affine::generator(),
        };
        Some(Statement::Complaint(Box::new(complaint)).signed(secret))
    }
}
