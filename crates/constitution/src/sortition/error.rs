//! Why there is no panel.

/// The first reason why a chamber could not be drawn. No panel results.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DrawError {
    /// An input of the seed has another length, so that the three could be split in two ways.
    #[error("the {what} has {len} bytes, it must have 32")]
    SeedInput {
        /// Which input.
        what: &'static str,
        /// Bytes given.
        len: usize,
    },
    /// A share is not a plain decimal from 0 to 1.
    #[error("a share must be a decimal from 0 to 1 with at most {decimals_max} decimals")]
    Share {
        /// Decimals read.
        decimals_max: usize,
    },
    /// More candidates than a pool may have.
    #[error("the pool has {len} candidates, at most {max} are ranked")]
    PoolTooLarge {
        /// Candidates given.
        len: usize,
        /// Candidates allowed.
        max: usize,
    },
    /// The same id stands in the pool twice.
    #[error("an id is in the pool twice, at places {first} and {second}")]
    DuplicateId {
        /// Lower place in the pool, from 0.
        first: usize,
        /// Higher place in the pool, from 0.
        second: usize,
    },
    /// Not enough candidates could be seated.
    #[error("insufficient eligible participants: {selected} of {seats} seats filled")]
    TooFewMembers {
        /// Seats filled.
        selected: u32,
        /// Seats to fill.
        seats: u32,
    },
    /// The members come from too few regions.
    #[error("region diversity constraint failed: {got} regions, at least {min}")]
    TooFewRegions {
        /// Distinct regions.
        got: u32,
        /// Least number.
        min: u32,
        /// Seats that had been filled.
        selected: u32,
    },
    /// The members come from too few organisations.
    #[error("organization diversity constraint failed: {got} organisations, at least {min}")]
    TooFewOrganisations {
        /// Distinct organisations.
        got: u32,
        /// Least number.
        min: u32,
        /// Seats that had been filled.
        selected: u32,
    },
}

impl DrawError {
    /// Stable code for machines; `Display` is for people.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::SeedInput { .. } => "constitution.draw_seed_input",
            Self::Share { .. } => "constitution.draw_share",
            Self::PoolTooLarge { .. } => "constitution.draw_pool_too_large",
            Self::DuplicateId { .. } => "constitution.draw_duplicate_id",
            Self::TooFewMembers { .. } => "constitution.draw_too_few_members",
            Self::TooFewRegions { .. } => "constitution.draw_too_few_regions",
            Self::TooFewOrganisations { .. } => "constitution.draw_too_few_organisations",
        }
    }

    /// The blueprint's words for failing closed; none when the input itself was refused.
    pub const fn reason(&self) -> Option<&'static str> {
        match self {
            Self::TooFewMembers { .. } => Some("insufficient eligible participants"),
            Self::TooFewRegions { .. } => Some("region diversity constraint failed"),
            Self::TooFewOrganisations { .. } => Some("organization diversity constraint failed"),
            Self::SeedInput { .. }
            | Self::Share { .. }
            | Self::PoolTooLarge { .. }
            | Self::DuplicateId { .. } => None,
        }
    }

    /// Seats that had been filled when the walk ended; none when it never began.
    pub const fn selected(&self) -> Option<u32> {
        match self {
            Self::TooFewMembers { selected, .. }
            | Self::TooFewRegions { selected, .. }
            | Self::TooFewOrganisations { selected, .. } => Some(*selected),
            Self::SeedInput { .. }
            | Self::Share { .. }
            | Self::PoolTooLarge { .. }
            | Self::DuplicateId { .. } => None,
        }
    }
}
