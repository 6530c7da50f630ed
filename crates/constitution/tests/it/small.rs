//! A charter for a few dozen people.

use comity_constitution::charter::{ChamberSet, ChamberSize};
use comity_constitution::{Charter, CharterFile, Nano};

/// The founding charter with chambers of three, four and five, and six people for G1.
pub(crate) fn small_charter() -> CharterFile {
    let mut file = Charter::founding().to_file();
    let size = |seats, pass| ChamberSize { pass, seats };
    let set = |sizes: [(u32, u32); 3], regions_min, share| ChamberSet {
        proposal: size(sizes[0].0, sizes[0].1),
        ratification: size(sizes[1].0, sizes[1].1),
        challenge: size(sizes[2].0, sizes[2].1),
        organisation_share_max: Nano::new(670_000_000),
        organisations_min: 2,
        region_share_max: Nano::new(share),
        regions_min,
    };
    file.chambers.g1 = set([(3, 2), (4, 3), (5, 3)], 2, 670_000_000);
    file.chambers.g2 = set([(4, 3), (5, 3), (6, 4)], 3, 600_000_000);
    file.chambers.g3 = set([(5, 3), (6, 4), (7, 4)], 4, 500_000_000);
    file.phases.g0_humans_max = 6;
    "small".clone_into(&mut file.name);
    file
}
